package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.testing.Holdings;
import dev.lockstep.worker.testing.NetRanks;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class NetSoakTest {
  private static final int LENGTH = 20_000;
  private static final int STEPS = 10_000;

  /** Threads and files that other parts of the JVM may open meanwhile. */
  private static final long STRAY = 10;

  @Test
  void holdsNoMoreAfterTenThousandStepsThanAfterAHundred() {
    List<List<Holdings>> ofRanks = NetRanks.on(1, 1, 2).run(4, NetSoakTest::train);

    Holdings early = ofRanks.get(0).get(0);
    Holdings late = ofRanks.get(0).get(1);
    assertThat(late.heap() - early.heap()).isLessThan(2 << 20);
    assertThat(late.direct()).isLessThanOrEqualTo(early.direct());
    assertThat(early.mapped()).isPositive();
    assertThat(late.mapped()).isLessThanOrEqualTo(early.mapped());
    assertThat(late.pooled()).isLessThanOrEqualTo(early.pooled());
    assertThat(late.threads() - early.threads()).isLessThan(STRAY);
    assertThat(late.files() - early.files()).isLessThan(STRAY);
  }

  @Test
  void holdsNoMemoryOfGroupsThatHaveEnded() {
    Holdings before = Holdings.current();

    for (int attempt = 0; attempt < 10; attempt++) {
      NetRanks.on(1, 1)
          .run(
              2,
              group -> {
                FloatVector vector = FloatVector.allocate(LENGTH);
                exchange(group, new LaneSums(group.tree(), group.lanes(), LENGTH), vector, 3);
                return group.rank();
              });
    }

    assertThat(Holdings.current().mapped()).isLessThanOrEqualTo(before.mapped());
  }

  private static List<Holdings> train(ProcessGroup group) {
    FloatVector vector = FloatVector.allocate(LENGTH);
    LaneSums sums = new LaneSums(group.tree(), group.lanes(), LENGTH);
    exchange(group, sums, vector, 100);
    Holdings early = measure(group);
    exchange(group, sums, vector, STEPS - 100);
    return List.of(early, measure(group));
  }

  private static void exchange(
      ProcessGroup group, LaneSums sums, FloatVector vector, int operations) {
    for (int step = 1; step <= operations; step++) {
      Occasion occasion = new Occasion(1, step, "the soak");
      sums.clear();
      sums.add(vector);
      group.allReduce(sums, vector, occasion);
      if (step % 100 == 0) {
        group.allGather(new double[10], occasion);
      }
    }
  }

  /** All ranks stand still while one of them counts. */
  private static Holdings measure(ProcessGroup group) {
    Occasion occasion = new Occasion(1, 0, "the count");
    group.barrier(occasion);
    Holdings holdings = Holdings.current();
    group.barrier(occasion);
    return holdings;
  }
}
