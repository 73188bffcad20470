package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.concurrent.Promise;
import scala.concurrent.Promise$;

@Timeout(60)
final class DriverAnswerTest {
  private final Promise<String> promise = Promise$.MODULE$.apply();
  private final DriverAnswer answer = new DriverAnswer(promise.future());

  @Test
  void isWhatTheDriverSays() {
    StartVerdict verdict = StartVerdict.begin(List.of("a"));
    assertThat(answer.comesWithin(Duration.ofMillis(1))).isFalse();

    promise.success(Json.write(verdict));

    assertThat(answer.comesWithin(Duration.ofMillis(1))).isTrue();
    assertThat(answer.get()).isEqualTo(verdict);
  }

  @Test
  void isAFailureWithTheReasonAlone() {
    promise.failure(new SparkException("Could not find the driver"));

    assertThat(answer.comesWithin(Duration.ofMillis(1))).isTrue();
    assertThatThrownBy(answer::get)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessage("Failed to hear whether to begin: Could not find the driver");
  }
}
