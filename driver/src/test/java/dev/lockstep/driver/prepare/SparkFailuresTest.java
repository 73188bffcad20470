package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SparkFailuresTest {
  @Test
  void returnsWhatTheActionReturns() {
    assertThat(SparkFailures.translated("evaluate a.csv", () -> 7)).isEqualTo(7);
  }

  @Test
  void namesTheDeedOfAJobThatSparkGaveUp() {
    translates(
        new SparkException("Job aborted:\n  executor 3 lost"),
        FailureKind.CLUSTER,
        "Cannot evaluate a.csv: Job aborted:; executor 3 lost");
  }

  @Test
  void keepsTheFailureOfATask() {
    translates(
        new SparkException(
            "Job aborted", new LockstepException(FailureKind.DATA, "Cannot use row 7")),
        FailureKind.DATA,
        "Cannot use row 7");
  }

  @Test
  void callsAFullDiskAFailureOfStorage() {
    translates(
        new SparkException("Job aborted", new IOException("/x/part-0: No space left on device")),
        FailureKind.STORAGE,
        "Cannot evaluate a.csv: /x/part-0: No space left on device");
  }

  @Test
  void findsAFullDiskInTheTextOfATasksFailure() {
    translates(
        new SparkException("Job aborted: java.io.IOException: No space left on device\n\tat x.y"),
        FailureKind.STORAGE,
        "Cannot evaluate a.csv: No space left on device (make room in 'spark.local.dir', where Spark"
            + " keeps what does not fit in memory, or name another folder)");
  }

  @Test
  void tellsAFileThatMayNotBeReadFromOneThatHasGone() {
    translates(
        new SparkException("Job aborted", new FileNotFoundException("/a.csv (Permission denied)")),
        FailureKind.STORAGE,
        "Cannot evaluate a.csv: /a.csv (Permission denied)");
    translates(
        new SparkException("Job aborted", new FileNotFoundException("/a.csv does not exist")),
        FailureKind.STORAGE,
        "Cannot read the input: a file has gone (/a.csv does not exist)");
  }

  @Test
  void callsAnotherFailureToReadOneOfStorage() {
    translates(
        new SparkException("Job aborted", new IOException("Could not obtain block 7")),
        FailureKind.STORAGE,
        "Cannot evaluate a.csv: Could not obtain block 7");
  }

  @Test
  void leavesAFailureOfTheNetworkToTheCluster() {
    translates(
        new SparkException("Executor gone", new ConnectException("Connection refused")),
        FailureKind.CLUSTER,
        "Cannot evaluate a.csv: Executor gone");
  }

  @Test
  void callsAnInterruptedWaitAnInterruption() {
    translates(
        new InterruptedException(), FailureKind.INTERRUPTED, "Cannot evaluate a.csv: interrupted");
  }

  @Test
  void keepsAFailureThatIsNoneOfSparks() {
    translates(
        new IllegalStateException("broken"),
        FailureKind.INTERNAL,
        "Internal error: java.lang.IllegalStateException: broken");
  }

  private static void translates(Exception thrown, FailureKind kind, String message) {
    assertThatThrownBy(
            () ->
                SparkFailures.translated(
                    "evaluate a.csv",
                    () -> {
                      throw thrown;
                    }))
        .isInstanceOfSatisfying(
            LockstepException.class, failure -> assertThat(failure.kind()).isEqualTo(kind))
        .hasMessage(message);
  }
}
