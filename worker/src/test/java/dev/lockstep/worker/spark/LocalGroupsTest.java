package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LocalGroupsTest {
  private static final ReferenceQueue<LocalGroup> COLLECTED = new ReferenceQueue<>();
  private static final Occasion OCCASION = new Occasion(1, 2, "the test");

  @Test
  void letsALateRankMeetTheFailureOfOneThatHasLeft() {
    joinAndLeave("late", 0);

    try (ProcessGroup late = join("late", 1)) {
      assertThatThrownBy(() -> late.barrier(OCCASION)).hasMessage("Lost rank 0: it left");
    }

    LocalGroups.leave("late");
    assertThat(foundsAnew("late")).isTrue();
  }

  @Test
  void letsGoOfAGroupWhereARankHasNeverCome() throws InterruptedException {
    WeakReference<LocalGroup> abandoned = joinAndLeave("abandoned", 0);

    assertThat(foundsAnew("next")).isTrue();

    assertThat(isCollected(abandoned)).isTrue();
  }

  @Test
  void keepsAGroupThatRanksAreInWhileAnotherIsFounded() {
    try (ProcessGroup inside = join("inside", 0)) {
      assertThat(foundsAnew("another")).isTrue();

      assertThat(inside.size()).isEqualTo(2);
      assertThat(foundsAnew("inside")).isFalse();
    }
    LocalGroups.leave("inside");
  }

  private static WeakReference<LocalGroup> joinAndLeave(String attempt, int rank) {
    LocalGroup group = group();
    LocalGroups.join(attempt, rank, 2, () -> group).close();
    LocalGroups.leave(attempt);
    return new WeakReference<>(group, COLLECTED);
  }

  private static boolean isCollected(WeakReference<LocalGroup> group) throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      System.gc();
      if (COLLECTED.remove(500) == group) {
        return true;
      }
    }
    return false;
  }

  private static ProcessGroup join(String attempt, int rank) {
    return LocalGroups.join(attempt, rank, 2, LocalGroupsTest::group);
  }

  /** Whether a rank that comes finds no group; it leaves again. */
  private static boolean foundsAnew(String attempt) {
    boolean[] founded = new boolean[1];
    LocalGroups.join(
            attempt,
            1,
            2,
            () -> {
              founded[0] = true;
              return group();
            })
        .close();
    LocalGroups.leave(attempt);
    return founded[0];
  }

  private static LocalGroup group() {
    return new LocalGroup(2, new LaneTree(2), StallPolicy.failAfter(Duration.ofSeconds(20)));
  }
}
