package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.CheckpointTimes;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.run.RunStatus;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The report on a file system that hangs, and in the hands of a driver that is fenced. */
@Timeout(30)
class ReportFileTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private final Storage storage = new Storage(HangingFileSystem.settings());
  private RunDirectory run;
  private ReportFile file;

  @BeforeEach
  void claim() {
    run = new RunDirectory(directory.resolve("run").toString());
    file =
        new ReportFile(storage, run, epoch("one"), Patience.of(Duration.ofMillis(1), event -> {}));
  }

  @AfterEach
  void close() {
    file.close();
  }

  @Test
  void keepsNobodyWaitingWhileTheFileSystemHangsAndMakesItGoodAfterwards() {
    HangingFileSystem.hang();
    try {
      for (int step = 1; step <= 100; step++) {
        file.writeSoon(report(step));
      }
    } finally {
      HangingFileSystem.heal();
    }

    Awaitility.await()
        .atMost(SOON)
        .until(() -> storage.exists(run.report()) && reported().steps() == 100);
  }

  @Test
  void writesTheLastReportAfterAllThatCameBefore() {
    HangingFileSystem.hang();
    CompletableFuture<Void> last;
    try {
      file.writeSoon(report(1));
      last = CompletableFuture.runAsync(() -> file.write(report(2)));
    } finally {
      HangingFileSystem.heal();
    }

    last.join();
    assertThat(reported().steps()).isEqualTo(2);
  }

  @Test
  void tellsADriverThatItIsFencedWhenItNextReports() {
    file.write(report(1));
    epoch("two");

    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> file.writeSoon(report(2)))
                    .isInstanceOfSatisfying(
                        LockstepException.class,
                        e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
                    .hasMessageContaining("another driver"));
    assertThatThrownBy(() -> file.write(report(3))).hasMessageContaining("another driver");
    assertThat(reported().steps()).isEqualTo(1);
  }

  @Test
  void endsAWriteThatHangsWhenItIsClosed() {
    HangingFileSystem.hang();
    try {
      file.writeSoon(report(1));
      file.close();
      file.writeSoon(report(2));
    } finally {
      HangingFileSystem.heal();
    }

    assertThat(storage.exists(run.report())).isFalse();
    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("lockstep-reporter")));
  }

  private DriverEpoch epoch(String owner) {
    return DriverEpoch.claim(storage, run, new DriverIdentity(owner, "app", "host", 1, "today"));
  }

  private RunReport reported() {
    return Json.read(storage.readText(run.report()), RunReport.class, run.report());
  }

  private static RunReport report(int step) {
    return new RunReport(
        RunStatus.RUNNING,
        "one",
        "digest",
        1,
        1,
        1,
        2,
        Optional.empty(),
        Optional.empty(),
        step,
        0,
        0,
        List.of(),
        Optional.empty(),
        CheckpointTimes.NONE,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }
}
