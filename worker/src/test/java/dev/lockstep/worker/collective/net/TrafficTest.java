package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.Bfloat16;
import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Rounding;
import dev.lockstep.worker.collective.Traffic;
import dev.lockstep.worker.testing.NetRanks;
import dev.lockstep.worker.testing.Vectors;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an exchange says that it has sent. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TrafficTest {
  private static final Occasion OCCASION = new Occasion(1, 1, "the test");
  private static final int LENGTH = 400_000;
  private static final float QUANTUM = Bfloat16.round(0.01f);

  /** Two hops, each of which takes half of the vector to the other rank. */
  private static final long PLAIN = LENGTH * 4L;

  @Test
  void countsEveryFloatWhereNothingIsSaved() {
    Traffic traffic = traffic(NodeForm.EXACT, lane -> Vectors.ofLane(lane, LENGTH));

    assertThat(traffic.saved()).isZero();
    assertThat(traffic.sent()).isBetween(PLAIN, PLAIN + 4000);
  }

  @Test
  void halvesBytesWhereNodesAreRounded() {
    NodeForm form = new NodeForm(Rounding.toBfloat16(LENGTH, List.of()), new Coding.Packed(0));

    Traffic traffic = traffic(form, lane -> Vectors.ofLane(lane, LENGTH));

    assertThat(traffic.sent()).isBetween(PLAIN / 2, PLAIN / 2 + 10_000);
    assertThat(traffic.sent() + traffic.saved()).isBetween(PLAIN, PLAIN + 10_000);
  }

  @Test
  void sendsLittleWhereMostFloatsAreZero() {
    NodeForm form = new NodeForm(Rounding.NONE, new Coding.Packed(QUANTUM));

    Traffic traffic = traffic(form, lane -> Vectors.multiplesOfLane(lane, LENGTH, QUANTUM));

    assertThat(traffic.sent()).isLessThan(PLAIN / 20);
    assertThat(traffic.sent() + traffic.saved()).isGreaterThan(PLAIN);
  }

  @Test
  void countsHeadersAloneWhereFloatsGoThroughSharedMemory() {
    Traffic traffic =
        traffic(NetSettings.Tuning.DEFAULT, NodeForm.EXACT, lane -> Vectors.ofLane(lane, LENGTH));

    assertThat(traffic.sent()).isPositive().isLessThan(4000);
    assertThat(traffic.saved()).isZero();
  }

  @Test
  void leavesBroadcastsAndRowsOut() {
    List<Traffic> ofRanks =
        NetRanks.on(1, 1)
            .run(
                2,
                group -> {
                  group.broadcast(FloatVector.allocate(LENGTH), 0, OCCASION);
                  group.allGather(new double[10], OCCASION);
                  return group.traffic();
                });

    assertThat(ofRanks).containsOnly(Traffic.NONE);
  }

  @Test
  void countsOnceForTheRanksOfAJvm() {
    List<Traffic> ofRanks =
        NetRanks.on(2, 1).run(3, group -> exchange(group, NodeForm.EXACT, l -> new float[LENGTH]));

    assertThat(ofRanks.get(0).sent()).isPositive();
    assertThat(ofRanks.get(1)).isEqualTo(Traffic.NONE);
    assertThat(ofRanks.get(2).sent()).isPositive();
  }

  /** Of the first of two ranks. */
  private static Traffic traffic(NodeForm form, IntFunction<float[]> ofLanes) {
    return traffic(NetSettings.Tuning.SOCKETS, form, ofLanes);
  }

  private static Traffic traffic(
      NetSettings.Tuning tuning, NodeForm form, IntFunction<float[]> ofLanes) {
    return NetRanks.on(1, 1).with(tuning).run(2, g -> exchange(g, form, ofLanes)).get(0);
  }

  private static Traffic exchange(ProcessGroup group, NodeForm form, IntFunction<float[]> lanes) {
    group.allReduce(
        Vectors.sums(group, LENGTH, form, lanes), FloatVector.allocate(LENGTH), OCCASION);
    return group.traffic();
  }
}
