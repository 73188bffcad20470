package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkException;
import org.apache.spark.rpc.RpcTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rank makes of a driver that does not answer. */
@Timeout(10)
class DriverCallTest {
  @Test
  void handsTheAnswerOn() {
    assertThat(DriverCall.await("ask", () -> "yes")).isEqualTo("yes");
  }

  @Test
  void aDriverThatDoesNotAnswerInTimeIsAFailureOfTheCluster() {
    Exception late =
        new RpcTimeoutException(
            "Futures timed out after [480 seconds]. This timeout is controlled by x",
            new TimeoutException("Futures timed out"));

    assertFails(
        late,
        FailureKind.CLUSTER,
        "Failed to ask: Futures timed out after [480 seconds]. This timeout is controlled by x");
  }

  @Test
  void aDriverThatIsGoneIsAFailureOfTheCluster() {
    Exception gone =
        new SparkException(
            "Exception thrown in awaitResult: ", new IOException("Connection from h:1 closed"));

    assertFails(gone, FailureKind.CLUSTER, "Failed to ask: Connection from h:1 closed");
  }

  @Test
  void anInterruptionIsNoDefectAndIsPassedOn() {
    assertFails(new InterruptedException(), FailureKind.INTERRUPTED, "Failed to ask: interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void assertFails(Exception thrown, FailureKind kind, String message) {
    assertThatThrownBy(
            () ->
                DriverCall.await(
                    "ask",
                    () -> {
                      throw thrown;
                    }))
        .isInstanceOfSatisfying(LockstepException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessage(message)
        .hasCause(thrown);
  }
}
