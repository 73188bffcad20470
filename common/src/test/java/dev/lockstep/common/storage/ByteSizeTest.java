package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({"1024, 1024", "1k, 1024", "512m, 536870912", "4g, 4294967296", "1G, 1073741824"})
  void readsSizesInPowersOf1024(String text, long bytes) {
    assertThat(ByteSize.parse(text)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "g", "-1g", "0", "1.5g", "2 GB", "9999999999g"})
  void findsNoSizeInOtherText(String text) {
    assertThat(ByteSize.parse(text)).isEmpty();
  }

  @Test
  void readsTheLargestSizeThatFits() {
    assertThat(ByteSize.parse("7e")).contains(7L << 60);
  }
}
