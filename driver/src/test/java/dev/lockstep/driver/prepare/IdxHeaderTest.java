package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class IdxHeaderTest {
  @Test
  void readsImagesAndLabels() throws IOException {
    assertThat(read("00000803 00002710 0000001c 0000001c", IdxHeader.IMAGES))
        .isEqualTo(new IdxHeader(16, 10_000, 28, 28));
    assertThat(read("00000801 00002710", IdxHeader.LABELS))
        .isEqualTo(new IdxHeader(8, 10_000, 1, 1));
  }

  @Test
  void knowsTheLengthOfTheFile() {
    assertThat(new IdxHeader(16, 60_000, 28, 28).fileBytes()).isEqualTo(47_040_016);
  }

  @Test
  void refusesLabelsForImages() {
    assertThatThrownBy(() -> read("00000801 00002710", IdxHeader.IMAGES))
        .isInstanceOf(LockstepException.class)
        .hasMessage("Cannot read IDX file f: it starts with 0x00000801, not 0x00000803");
  }

  @Test
  void refusesFileThatEndsWithinItsHeader() {
    assertThatThrownBy(() -> read("00000803 00002710", IdxHeader.IMAGES))
        .isInstanceOf(LockstepException.class)
        .hasMessage("Cannot read IDX file f: it ends within its header of 16 bytes");
  }

  @Test
  void refusesSizesThatCannotBe() {
    assertThatThrownBy(() -> read("00000803 ffffffff 0000001c 0000001c", IdxHeader.IMAGES))
        .isInstanceOf(LockstepException.class)
        .hasMessage("Cannot read IDX file f: its header tells of -1 items of 28 x 28 bytes");
  }

  private static IdxHeader read(String hex, int magic) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return IdxHeader.read(new ByteArrayInputStream(bytes), magic, "f");
  }
}
