package dev.lockstep.worker.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LaneTreeTest {

  @Test
  void splitsAtTheLargestPowerOfTwo() {
    assertThat(expression(6, 1)).isEqualTo("(((0+1)+(2+3))+(4+5))");
    assertThat(expression(5, 1)).isEqualTo("(((0+1)+(2+3))+4)");
    assertThat(expression(1, 1)).isEqualTo("0");
  }

  @Test
  void addsInTheSameOrderForEveryWorldSize() {
    for (int lanes = 1; lanes <= 40; lanes++) {
      for (int worldSize = 2; worldSize <= lanes; worldSize++) {
        assertThat(expression(lanes, worldSize)).isEqualTo(expression(lanes, 1));
      }
    }
  }

  @Test
  void leavesFewNodesOfARange() {
    LaneTree tree = new LaneTree(1024);

    assertThat(tree.nodesOf(new LaneRange(1, 1023))).isEqualTo(18);
    assertThat(tree.nodesOf(new LaneRange(512, 1024))).isEqualTo(1);
  }

  @Test
  void refusesATreeWithoutLanes() {
    assertThatThrownBy(() -> new LaneTree(0))
        .hasMessage("Invalid number of lanes: 0 (must be > 0)");
  }

  /** The sum over all lanes as text, computed the way that ranks compute it. */
  private static String expression(int lanes, int worldSize) {
    LaneTree tree = new LaneTree(lanes);
    List<LaneRange> ranges =
        IntStream.range(0, worldSize)
            .mapToObj(rank -> LaneRange.of(rank, worldSize, lanes))
            .toList();
    List<String> nodes = new ArrayList<>();
    for (LaneRange range : ranges) {
      List<String> own =
          IntStream.range(range.first(), range.end()).mapToObj(String::valueOf).toList();
      List<String> folded = fold(own, tree.additionsWithin(range));
      assertThat(folded).hasSize(tree.nodesOf(range));
      nodes.addAll(folded);
    }
    List<String> sum = fold(nodes, tree.additionsAcross(tree.all(), ranges));
    assertThat(sum).hasSize(1);
    return sum.get(0);
  }

  private static List<String> fold(List<String> terms, int[] additions) {
    List<String> stack = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      stack.add(terms.get(i));
      for (int addition = 0; addition < additions[i]; addition++) {
        String right = stack.remove(stack.size() - 1);
        String left = stack.remove(stack.size() - 1);
        stack.add("(" + left + "+" + right + ")");
      }
    }
    return stack;
  }
}
