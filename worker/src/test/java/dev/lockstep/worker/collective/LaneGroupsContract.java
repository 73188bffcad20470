package dev.lockstep.worker.collective;

import static dev.lockstep.worker.testing.Vectors.floats;
import static dev.lockstep.worker.testing.Vectors.ofLane;
import static dev.lockstep.worker.testing.Vectors.vector;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of lanes are added up each for itself, wherever ranks and JVMs cut them. */
public abstract class LaneGroupsContract extends SharedFateContract {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void sumsEachGroupOfLanesForItself(int ranks) {
    for (int count : new int[] {1, 2, 3, 4, 6, 12}) {
      LaneGroups groups = new LaneGroups(12, count);

      List<List<float[]>> ofRanks =
          run(
              ranks,
              12,
              group -> {
                GroupReduce reduce = group.within(groups, OCCASION);
                List<float[]> results = groupSums(group, groups, reduce, 10_000);
                results.addAll(groupSums(group, groups, reduce, 1));
                return results;
              });

      for (int rank = 0; rank < ranks; rank++) {
        LaneRange lanes = LaneRange.of(rank, ranks, 12);
        List<float[]> expected = new ArrayList<>();
        for (int length : new int[] {10_000, 1}) {
          for (int number = groups.first(lanes); number < groups.end(lanes); number++) {
            expected.add(groupSum(groups, number, length));
          }
        }
        assertSame(ofRanks.get(rank), expected);
      }
    }
  }

  /** The sums of the groups of a rank; where it has one lane of a group, in that lane's memory. */
  private static List<float[]> groupSums(
      ProcessGroup group, LaneGroups groups, GroupReduce reduce, int length) {
    List<GroupReduce.Part> parts = new ArrayList<>();
    for (int number = groups.first(group.lanes()); number < groups.end(group.lanes()); number++) {
      LaneRange part = groups.part(number, group.lanes());
      LaneSums sums = new LaneSums(groups.tree(), part, length);
      FloatVector vector = FloatVector.allocate(length);
      for (int lane = part.first(); lane < part.end(); lane++) {
        vector.floats().put(0, ofLane(number * groups.size() + lane, length));
        sums.add(vector);
      }
      parts.add(new GroupReduce.Part(sums, vector));
    }
    reduce.allReduce(parts, OCCASION);
    return parts.stream().map(part -> floats(part.result())).collect(Collectors.toList());
  }

  private static float[] groupSum(LaneGroups groups, int number, int length) {
    LaneSums sums = new LaneSums(groups.tree(), groups.tree().all(), length);
    for (int lane = 0; lane < groups.size(); lane++) {
      sums.add(vector(ofLane(number * groups.size() + lane, length)));
    }
    return floats(sums.nodes().get(0));
  }

  static void assertSame(List<float[]> actual, List<float[]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
  }
}
