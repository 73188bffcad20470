package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.binding.KeyReference;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reference in {@code conf/README.md} says what the parser does, key by key. */
@Timeout(60)
class KeyReferenceTest {
  private static final String BEGIN = "<!-- keys: begin -->\n";
  private static final String END = "<!-- keys: end -->\n";

  @Test
  void holdsEveryKeyWithItsTypeDefaultAndMeaning() throws IOException {
    Path readme = Path.of(System.getProperty("lockstep.root"), "conf", "README.md");
    String text = Files.readString(readme);

    String shipped = text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END));

    assertThat(shipped)
        .as("the tables of %s; what they should be is shown below", readme)
        .isEqualTo(KeyReference.of(new JobSection(new Storage(Map.of()))));
  }
}
