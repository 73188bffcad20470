package dev.lockstep.worker.collective;

import static dev.lockstep.worker.testing.Vectors.canonicalSum;
import static dev.lockstep.worker.testing.Vectors.floats;
import static dev.lockstep.worker.testing.Vectors.ofLane;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a group promises to ranks that go on with their slices before all have met. */
public abstract class ReduceScatterContract extends LaneGroupsContract {
  private static final int LENGTH = 50_000;
  private static final int ROUNDS = 20;

  /** The sum is left in what was added, and the slice moved, as an update does. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void letsEachRankOverwriteItsSliceAheadOfABarrier(int ranks) {
    float[] expected = canonicalSum(ranks, LENGTH);

    List<Boolean> exact = run(ranks, ranks, group -> isExactInEveryRound(group, expected));

    assertThat(exact).containsOnly(true);
  }

  private static boolean isExactInEveryRound(ProcessGroup group, float[] expected) {
    FloatVector vector = FloatVector.allocate(LENGTH);
    Span own = new Slices(LENGTH, group.size()).of(group.rank());
    float[] moved = new float[own.length()];
    Arrays.fill(moved, Float.NaN);
    float[] brought = ofLane(group.rank(), LENGTH);
    boolean exact = true;
    for (int round = 0; round < ROUNDS; round++) {
      vector.floats().put(0, brought);
      LaneSums sums = new LaneSums(group.tree(), group.lanes(), LENGTH);
      sums.add(vector);
      group.reduceScatterAhead(sums, vector, OCCASION);
      int start = own.start();
      exact &= Arrays.equals(floats(vector), start, own.end(), expected, start, own.end());
      vector.floats().put(start, moved);
      group.barrier(OCCASION);
    }
    return exact;
  }
}
