package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RunClaimTest {
  private static final Storage STORAGE = new Storage(Map.of());

  @TempDir private Path directory;
  private RunDirectory run;
  private final RecordedProgress progress = new RecordedProgress();
  private final JobConfig job = job("one");

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(directory.resolve("run").toString());
  }

  @Test
  void takesAFreeDirectory() {
    assertThat(claim().claim(job, run, run.data())).isEmpty();
    assertThat(STORAGE.names(run.root())).containsExactly("run.json");
  }

  @Test
  void refusesADirectoryThatAnotherDriverHasJustTaken() {
    claim().claim(job, run, run.data());

    assertThatThrownBy(() -> claim().claim(job, run, run.data()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot train in %s: its run is unfinished and cannot be resumed (if nobody else is at"
                + " it, start over with --new-run)",
            run.root());
  }

  @Test
  void takesADirectoryAgainWhoseRunFailedBeforeItsFirstEpoch() {
    claim().claim(job, run, run.data());
    new RunRecorder(STORAGE, run, Clock.systemUTC(), "one", "digest")
        .failed(new LockstepException(FailureKind.DATA, "Cannot read a.csv"));

    assertThat(claim().claim(job("two"), run, run.data())).isEmpty();
    assertThat(STORAGE.names(run.root())).containsExactly("run.json");
    assertThat(progress.lines).hasSize(1);
  }

  @Test
  void setsRunsAsideUnderFreeNames() {
    for (int i = 1; i <= 3; i++) {
      claim().setAside(run);
      claim().claim(job, run, run.data());
    }

    assertThat(STORAGE.names(directory.toString())).containsExactly("run", "run.1", "run.2");
  }

  private RunClaim claim() {
    return new RunClaim(STORAGE, progress.with(new ManualStop()));
  }

  private static JobConfig job(String name) {
    String text =
        """
        job: %s
        data: {train: a.csv, label: {column: y}}
        model: {layers: [output]}
        training: {seed: %d}
        """
            .formatted(name, name.hashCode());
    return JobFile.parse(text, "the test's", STORAGE, List.of());
  }
}
