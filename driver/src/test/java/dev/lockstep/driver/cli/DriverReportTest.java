package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.CheckpointTimes;
import dev.lockstep.common.run.FailureReport;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunEvent;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the submitter learns of a driver that runs elsewhere, from the report of its run. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DriverReportTest {
  private static final FailureReport DATA = new FailureReport(FailureKind.DATA, 3, "It changed");

  private final LockstepException outside =
      new LockstepException(FailureKind.CLUSTER, "The driver ended as FAILED");
  @TempDir private Path directory;
  private final Storage storage = new Storage(Map.of());
  private RunDirectory run;

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(directory.resolve("run").toString());
  }

  @Test
  void tellsTheFailureThatTheDriverHasWrittenDown() {
    DriverReport report = new DriverReport(storage, run);
    write(report(RunStatus.FAILED, Optional.of(DATA)));

    assertThat(report.explain(outside)).hasMessage("It changed").hasCause(outside);
  }

  @Test
  void tellsWhyARunThatIsCompleteWasNotTrainedOn() {
    RunReport complete = report(RunStatus.COMPLETED, Optional.empty());
    write(refused(complete, "yesterday"));
    DriverReport report = new DriverReport(storage, run);
    write(refused(complete, "today"));

    assertThat(report.explain(outside).kind()).isEqualTo(FailureKind.DATA);
  }

  @Test
  void tellsWhatIsKnownFromOutsideWhereTheDriverHasWrittenNothing() {
    write(report(RunStatus.FAILED, Optional.of(DATA)));
    DriverReport report = new DriverReport(storage, run);

    assertThat(report.explain(outside)).isSameAs(outside);
  }

  private void write(RunReport report) {
    storage.writeAtomically(run.report(), Json.write(report));
  }

  private static RunReport refused(RunReport complete, String time) {
    return complete.withRefusal(DATA, new RunEvent(2, 1, time, "Not trained on: It changed"));
  }

  private static RunReport report(RunStatus status, Optional<FailureReport> failure) {
    return new RunReport(
        status,
        "one",
        "digest",
        1,
        1,
        1,
        2,
        Optional.empty(),
        Optional.empty(),
        4,
        8,
        1,
        List.of(),
        Optional.empty(),
        CheckpointTimes.NONE,
        List.of(),
        failure,
        Optional.empty());
  }
}
