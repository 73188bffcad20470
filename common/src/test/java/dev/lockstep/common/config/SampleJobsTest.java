package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The job files that ship with the project are complete and correct. */
@Timeout(60)
class SampleJobsTest {
  private static final Path CONF = Path.of(System.getProperty("lockstep.root"), "conf");

  static Stream<Path> jobFiles() throws IOException {
    try (Stream<Path> files = Files.list(CONF)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("jobFiles")
  void readsEverySampleJob(Path file) {
    JobConfig job = JobFile.read(new Storage(Map.of()), file.toString(), documentOf(file));

    assertThat(file.getFileName().toString()).contains(job.job().replace("adult-income", "adult"));
  }

  /** The job names its document from the project's root, where this test does not run. */
  private static List<String> documentOf(Path file) {
    Path document = Path.of(file.toString().replace(".yaml", ".json"));
    return Files.exists(document) ? List.of("model.dl4j=" + document) : List.of();
  }

  @Test
  void findsTheSampleJobs() throws IOException {
    assertThat(jobFiles()).hasSizeGreaterThanOrEqualTo(9);
  }
}
