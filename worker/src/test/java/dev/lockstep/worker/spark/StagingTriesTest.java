package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Replicas;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class StagingTriesTest {
  private static final Position POSITION = new Position(4, 0);
  private static final Staged STAGED = new Staged("folder", "sha", POSITION, new Replicas(1, 1));

  private final List<String> events = new ArrayList<>();
  private long now;
  private int calls;

  private final StagingTries tries =
      new StagingTries(
          new Patience(
              Duration.ofSeconds(20), Duration.ofMillis(1), Duration.ofMillis(2), events::add),
          () -> now);

  @Test
  void tellsNothingOfACheckpointThatIsStagedAtOnce() {
    assertThat(tries.call(() -> STAGED)).isEqualTo(STAGED);

    assertThat(tries.trouble(POSITION)).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void tellsHowManyTriesACheckpointTookAndWhy() {
    Staged staged = tries.call(() -> stageAfter(2));

    assertThat(staged).isEqualTo(STAGED);
    assertThat(tries.trouble(POSITION))
        .hasValue("Staging the checkpoint after epoch 3 took 6 s and 3 tries: Cannot write a, 2");
    assertThat(tries.time()).isEqualTo(Duration.ofSeconds(6));
    assertThat(events).as("told as they happen").hasSize(2);
  }

  @Test
  void failsAtOnceWhereWaitingDoesNotHelp() {
    LockstepException full = new LockstepException(FailureKind.STORAGE, "No space left on device");

    assertThatThrownBy(
            () ->
                tries.call(
                    () -> {
                      throw full;
                    }))
        .isSameAs(full);
    assertThat(events).isEmpty();
  }

  private Staged stageAfter(int failures) {
    now += Duration.ofSeconds(2).toNanos();
    calls++;
    if (calls <= failures) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot write a, " + calls,
          new ConnectException("Connection refused"));
    }
    return STAGED;
  }
}
