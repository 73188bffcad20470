package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.worker.spark.RankOutcome.Completed;
import dev.lockstep.worker.spark.RankOutcome.Failed;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RankOutcomesTest {
  private final AtomicInteger ended = new AtomicInteger();

  @Test
  void endsRanksThatDoNotFollowAFailureOnce() {
    try (RankOutcomes outcomes = outcomes(3, Duration.ofMillis(10))) {
      outcomes.apply(0, failed(0, FailureKind.CLUSTER));
      outcomes.apply(1, failed(1, FailureKind.DATA));

      await().until(() -> ended.get() == 1);
      assertThat(outcomes.hasFailure()).isTrue();
      assertThat(outcomes.arrived()).hasSize(2);
    }
    assertThat(ended).hasValue(1);
  }

  @Test
  void leavesRanksAloneThatFollowInTime() {
    try (RankOutcomes outcomes = outcomes(2, Duration.ofHours(1))) {
      outcomes.apply(0, failed(0, FailureKind.CLUSTER));
      outcomes.apply(1, failed(1, FailureKind.CLUSTER));
    }

    assertThat(ended).hasValue(0);
  }

  @Test
  void waitsForTheCheckpointOfARunThatIsAskedToStop() {
    try (RankOutcomes outcomes = outcomes(2, Duration.ZERO)) {
      outcomes.apply(1, failed(1, FailureKind.INTERRUPTED));
      outcomes.apply(0, failed(0, FailureKind.INTERRUPTED));
    }

    assertThat(ended).hasValue(0);
  }

  @Test
  void hasNoFailureWhereAllRanksAreDone() {
    try (RankOutcomes outcomes = outcomes(1, Duration.ZERO)) {
      outcomes.apply(0, new Completed(0, "{}"));

      assertThat(outcomes.hasFailure()).isFalse();
      assertThat(outcomes.arrived()).containsExactly(new Completed(0, "{}"));
    }
  }

  private RankOutcomes outcomes(int ranks, Duration unwinding) {
    return new RankOutcomes(ranks, unwinding, ended::incrementAndGet);
  }

  private static Failed failed(int rank, FailureKind kind) {
    return new Failed(rank, kind, "Failed to do something", "");
  }
}
