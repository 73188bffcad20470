package dev.lockstep.worker.collective.net;

import static dev.lockstep.worker.testing.Vectors.canonicalSum;
import static dev.lockstep.worker.testing.Vectors.floats;
import static dev.lockstep.worker.testing.Vectors.ofLane;
import static dev.lockstep.worker.testing.Vectors.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.Bfloat16;
import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.CommonNodes;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Rounding;
import dev.lockstep.worker.collective.Slices;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.collective.Wish;
import dev.lockstep.worker.testing.NetRanks;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums that the ranks of several JVMs leave in memory that all of them see. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CommonNodesTest {
  private static final Occasion OCCASION = new Occasion(1, 2, "the test");
  private static final int LENGTH = 10_001;
  private static final int ROUNDS = 10;

  static Stream<Arguments> layouts() {
    List<NetRanks> layouts =
        List.of(
            NetRanks.on(1, 1),
            NetRanks.on(2, 2),
            NetRanks.on(1, 1, 1),
            NetRanks.on(3, 2),
            NetRanks.on(1, 2, 1, 3));
    return layouts.stream()
        .flatMap(
            layout -> {
              int ranks = layout.jvms().stream().mapToInt(Integer::intValue).sum();
              return Stream.of(ranks, 8, 13).map(lanes -> Arguments.of(layout, lanes));
            });
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void addUpToTheCanonicalSumInEveryRound(NetRanks layout, int lanes) {
    float[] expected = canonicalSum(lanes, LENGTH);

    assertThat(layout.run(lanes, group -> new Rank(group).isExact(NodeForm.EXACT, expected)))
        .containsOnly(true);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void roundEverySum(NetRanks layout, int lanes) {
    NodeForm rounded = new NodeForm(Rounding.toBfloat16(LENGTH, List.of()), new Coding.Packed(0));
    float[] expected =
        canonicalSum(
            lanes, LENGTH, lane -> ofLane(lane, LENGTH), (i, value) -> Bfloat16.round(value));

    assertThat(layout.run(lanes, group -> new Rank(group).isExact(rounded, expected)))
        .containsOnly(true);
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void takeZerosForALane(NetRanks layout, int lanes) {
    float[] expected =
        canonicalSum(
            lanes,
            LENGTH,
            lane -> lane % 2 == 0 ? ofLane(lane, LENGTH) : new float[LENGTH],
            (i, value) -> value);

    assertThat(layout.run(lanes, group -> new Rank(group).isExactWithZeros(expected)))
        .containsOnly(true);
  }

  @Test
  void carryTheWishOfRankZero() {
    List<Wish> agreed =
        NetRanks.on(1, 2)
            .run(
                3,
                group -> {
                  Rank rank = new Rank(group);
                  if (group.rank() == 0) {
                    group.express(Wish.STOP);
                  }
                  rank.round(NodeForm.EXACT, lane -> true);
                  group.barrier(OCCASION);
                  return group.agreed();
                });

    assertThat(agreed).containsOnly(Wish.STOP);
  }

  @Test
  void sendNothingButAWordForEachMeeting() {
    List<Long> sent =
        NetRanks.on(1, 2)
            .run(
                3,
                group -> {
                  Rank rank = new Rank(group);
                  long before = group.traffic().sent();
                  rank.round(NodeForm.EXACT, lane -> true);
                  group.barrier(OCCASION);
                  return group.traffic().sent() - before;
                });

    assertThat(sent)
        .containsExactly(
            2L * (FrameHeader.BYTES + Float.BYTES), 2L * (FrameHeader.BYTES + 2 * Float.BYTES), 0L);
  }

  @Test
  void failWithTheCauseOfTheRankThatFailed() {
    LockstepException cause = new LockstepException(FailureKind.DATA, "Cannot read shard 17");

    List<String> messages =
        NetRanks.on(1, 2)
            .run(
                3,
                group -> {
                  Rank rank = new Rank(group);
                  group.barrier(OCCASION);
                  try {
                    rank.round(NodeForm.EXACT, lane -> true);
                    if (group.rank() == 1) {
                      group.abort(cause);
                    }
                    group.barrier(OCCASION);
                    rank.round(NodeForm.EXACT, lane -> true);
                    return "";
                  } catch (LockstepException e) {
                    return e.getMessage();
                  }
                });

    assertThat(messages).containsOnly("Cannot read shard 17");
  }

  @Test
  void areRefusedWhereALaneIsMissing() {
    List<String> messages =
        NetRanks.on(1, 1)
            .run(
                4,
                group -> {
                  Rank rank = new Rank(group);
                  rank.sums.add(vector(new float[LENGTH]));
                  try {
                    group.reduceScatterAhead(rank.sums, rank.result, OCCASION);
                    return "";
                  } catch (IllegalStateException e) {
                    return e.getMessage();
                  }
                });

    assertThat(messages).containsOnly("Invalid number of lanes added: 1 (must be 2)");
  }

  /** A rank that leaves its sums in the first node where it has one lane. */
  private static final class Rank {
    private final ProcessGroup group;
    private final LaneSums sums;
    private final FloatVector result;
    private final Span own;

    Rank(ProcessGroup group) {
      this.group = group;
      ByteBuffer memory =
          group.hostMemory(CommonNodes.bytes(group, LENGTH), OCCASION).orElseThrow();
      CommonNodes nodes = new CommonNodes(group, LENGTH, memory);
      this.sums = new LaneSums(group.tree(), group.lanes(), nodes);
      this.result = group.lanes().size() == 1 ? nodes.own().get(0) : FloatVector.allocate(LENGTH);
      this.own = new Slices(LENGTH, group.size()).of(group.rank());
    }

    boolean isExact(NodeForm form, float[] expected) {
      return areExact(form, lane -> true, expected);
    }

    boolean isExactWithZeros(float[] expected) {
      return areExact(NodeForm.EXACT, lane -> lane % 2 == 0, expected);
    }

    private boolean areExact(NodeForm form, IntPredicate brings, float[] expected) {
      boolean exact = true;
      for (int round = 0; round < ROUNDS; round++) {
        round(form, brings);
        exact &=
            Arrays.equals(floats(result), own.start(), own.end(), expected, own.start(), own.end());
        result.floats().put(own.start(), new float[own.length()]);
        group.barrier(OCCASION);
      }
      return exact;
    }

    private void round(NodeForm form, IntPredicate brings) {
      sums.clear(form);
      for (int lane = group.lanes().first(); lane < group.lanes().end(); lane++) {
        if (brings.test(lane)) {
          result.floats().put(0, ofLane(lane, LENGTH));
          sums.add(group.lanes().size() == 1 ? result : vector(ofLane(lane, LENGTH)));
        } else {
          sums.addZeros();
        }
      }
      group.reduceScatterAhead(sums, result, OCCASION);
    }
  }
}
