package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.ConfigDigest;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InlineJobTest {
  private static final Storage STORAGE = new Storage(Map.of());
  private static final Path CONF = Path.of(System.getProperty("lockstep.root"), "conf");

  @ParameterizedTest
  @ValueSource(strings = {"digits.yaml", "adult.yaml", "mnist-lenet.yaml"})
  void keepsAJobWithItsIdentity(String file) {
    JobConfig job = job(file);

    JobConfig read = InlineJob.read(InlineJob.write(job));

    assertThat(read).isEqualTo(job);
    assertThat(ConfigDigest.of(read)).isEqualTo(ConfigDigest.of(job));
  }

  @Test
  void isAWordThatNoShellChanges() {
    assertThat(InlineJob.write(job("adult.yaml"))).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void refusesAJobThatNoCommandLineTakes() {
    StringBuilder noise = new StringBuilder();
    new Random(7).ints(200_000, 'a', 'z').forEach(c -> noise.append((char) c));

    assertThatThrownBy(
            () -> InlineJob.write(job("digits.yaml", "data.label.column='" + noise + "'")))
        .hasMessageMatching(
            "Cannot submit job 'digits' with --deploy-mode cluster: it takes \\d+ bytes, at most"
                + " 122880 fit \\(use --deploy-mode client\\)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "H4sI", "not a word", "AAAA"})
  void refusesADamagedWord(String word) {
    assertThatThrownBy(() -> InlineJob.read(word))
        .hasMessage("Cannot read the job of the command line: it is damaged");
  }

  private static JobConfig job(String file, String... overrides) {
    return JobFile.read(STORAGE, CONF.resolve(file).toString(), List.of(overrides));
  }
}
