package dev.lockstep.worker.collective;

import static dev.lockstep.worker.testing.Vectors.canonicalSum;
import static dev.lockstep.worker.testing.Vectors.floats;
import static dev.lockstep.worker.testing.Vectors.multiplesOfLane;
import static dev.lockstep.worker.testing.Vectors.ofLane;
import static dev.lockstep.worker.testing.Vectors.sums;
import static dev.lockstep.worker.testing.Vectors.vector;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every process group keeps, however its ranks are connected. The matrix is that of Gloo. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class ProcessGroupContract extends ReduceScatterContract {
  private static int[] lengths(int ranks) {
    return new int[] {0, 1, 10, 100, 1000, 10_000, 16_384 * ranks};
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void sumsBitForBitInTheOrderOfTheTree(int ranks) {
    for (int lanes : new int[] {ranks, 11}) {
      List<List<float[]>> ofRanks =
          run(ranks, lanes, group -> ofLengths(ranks, length -> allReduce(group, length)));

      List<float[]> expected = ofLengths(ranks, length -> canonicalSum(lanes, length));
      assertThat(ofRanks).hasSize(ranks).allSatisfy(sums -> assertSame(sums, expected));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void sumsBitForBitWhereEveryNodeIsRounded(int ranks) {
    for (int lanes : new int[] {ranks, 11}) {
      List<List<float[]>> ofRanks =
          run(ranks, lanes, group -> ofLengths(ranks, length -> allReduceRounded(group, length)));

      List<float[]> expected =
          ofLengths(
              ranks,
              length ->
                  canonicalSum(
                      lanes,
                      length,
                      lane -> ofLane(lane, length),
                      (i, value) -> isExact(i, length) ? value : Bfloat16.round(value)));
      assertThat(ofRanks).hasSize(ranks).allSatisfy(sums -> assertSame(sums, expected));
    }
  }

  private static float[] allReduceRounded(ProcessGroup group, int length) {
    FloatVector result = FloatVector.allocate(length);
    Span exact = new Span(length / 3, length / 2);
    NodeForm form = new NodeForm(Rounding.toBfloat16(length, List.of(exact)), new Coding.Packed(0));
    LaneSums sums = sums(group, length, form, lane -> ofLane(lane, length));
    group.allReduce(sums, result, OCCASION);
    return floats(result);
  }

  private static boolean isExact(int element, int length) {
    return length / 3 <= element && element < length / 2;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void sumsBitForBitWhereMostFloatsAreZero(int ranks) {
    float quantum = Bfloat16.round(0.003f);
    NodeForm form = new NodeForm(Rounding.NONE, new Coding.Packed(quantum));
    List<List<float[]>> ofRanks =
        run(
            ranks,
            11,
            group ->
                ofLengths(
                    ranks,
                    length -> {
                      FloatVector result = FloatVector.allocate(length);
                      group.allReduce(
                          sums(group, length, form, l -> multiplesOfLane(l, length, quantum)),
                          result,
                          OCCASION);
                      return floats(result);
                    }));

    List<float[]> expected =
        ofLengths(
            ranks,
            length ->
                canonicalSum(
                    11, length, l -> multiplesOfLane(l, length, quantum), (i, value) -> value));
    assertThat(ofRanks).hasSize(ranks).allSatisfy(sums -> assertSame(sums, expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void leavesEachRankItsSliceOfTheSum(int ranks) {
    List<List<float[]>> ofRanks =
        run(
            ranks,
            ranks + 1,
            group ->
                ofLengths(
                    ranks,
                    length -> {
                      FloatVector result = FloatVector.allocate(length);
                      group.reduceScatter(sums(group, length), result, OCCASION);
                      return slice(floats(result), ranks, group.rank());
                    }));

    for (int rank = 0; rank < ranks; rank++) {
      int number = rank;
      assertSame(
          ofRanks.get(rank),
          ofLengths(ranks, length -> slice(canonicalSum(ranks + 1, length), ranks, number)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void gathersTheSlicesOfAllRanks(int ranks) {
    List<List<float[]>> ofRanks =
        run(
            ranks,
            ranks,
            group ->
                ofLengths(
                    ranks,
                    length -> {
                      FloatVector vector = FloatVector.allocate(length);
                      int start = new Slices(length, ranks).start(group.rank());
                      vector.floats().put(start, slice(ofLane(0, length), ranks, group.rank()));
                      group.allGather(vector, OCCASION);
                      return floats(vector);
                    }));

    List<float[]> expected = ofLengths(ranks, length -> ofLane(0, length));
    assertThat(ofRanks).allSatisfy(vectors -> assertSame(vectors, expected));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8})
  void givesAllTheVectorOfOneRank(int ranks) {
    List<List<float[]>> ofRanks =
        run(
            ranks,
            ranks,
            group ->
                ofLengths(
                    ranks,
                    length -> {
                      FloatVector vector = vector(ofLane(group.rank(), length));
                      group.broadcast(vector, length % ranks, OCCASION);
                      return floats(vector);
                    }));

    List<float[]> expected = ofLengths(ranks, length -> ofLane(length % ranks, length));
    assertThat(ofRanks).allSatisfy(vectors -> assertSame(vectors, expected));
  }

  @Test
  void takesTheResultWhereASingleLanesVectorWas() {
    List<float[]> results =
        run(
            4,
            4,
            group -> {
              FloatVector vector = vector(ofLane(group.rank(), 100_000));
              LaneSums sums = new LaneSums(group.tree(), group.lanes(), 100_000);
              sums.add(vector);
              group.allReduce(sums, vector, OCCASION);
              return floats(vector);
            });

    float[] expected = canonicalSum(4, 100_000);
    assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(expected));
  }

  @Test
  void repeatsWithTheSameMemoryAndOperationsInTurn() {
    float[] expected = canonicalSum(5, 50_000);

    List<Boolean> exact =
        run(
            3,
            5,
            group -> {
              FloatVector result = FloatVector.allocate(50_000);
              boolean all = true;
              for (int round = 0; round < 20; round++) {
                group.allReduce(sums(group, 50_000), result, OCCASION);
                all &= Arrays.equals(floats(result), expected);
                group.barrier(OCCASION);
                group.broadcast(result, round % 3, OCCASION);
                all &= group.allGather(new double[] {round}, OCCASION).get(2)[0] == round;
              }
              return all;
            });

    assertThat(exact).containsOnly(true);
  }

  @Test
  void gathersRowsInTheOrderOfRanks() {
    List<List<double[]>> gathered =
        run(3, 3, group -> group.allGather(new double[group.rank()], OCCASION));

    assertThat(gathered)
        .allSatisfy(
            rows ->
                assertThat(rows)
                    .usingRecursiveComparison()
                    .isEqualTo(List.of(new double[0], new double[1], new double[2])));
  }

  @Test
  void sumsRowsOfLanesAlikeForEveryWorldSize() {
    double[] alone = sumOfRows(1);
    for (int ranks : new int[] {2, 3, 8, 13}) {
      assertThat(sumOfRows(ranks)).isEqualTo(alone);
    }
  }

  private double[] sumOfRows(int ranks) {
    int lanes = 11;
    return run(
            ranks,
            16,
            group -> {
              LaneRows rows = new LaneRows(group, lanes);
              List<double[]> own =
                  IntStream.range(rows.lanes().first(), rows.lanes().end())
                      .mapToObj(lane -> new double[] {1.0 / (lane + 3), lane})
                      .toList();
              return rows.sum(own, 2, OCCASION);
            })
        .get(ranks - 1);
  }

  private static float[] allReduce(ProcessGroup group, int length) {
    FloatVector result = FloatVector.allocate(length);
    group.allReduce(sums(group, length), result, OCCASION);
    return floats(result);
  }

  private static List<float[]> ofLengths(int ranks, IntFunction<float[]> operation) {
    return IntStream.of(lengths(ranks)).mapToObj(operation).toList();
  }

  private static float[] slice(float[] vector, int ranks, int rank) {
    Slices slices = new Slices(vector.length, ranks);
    return Arrays.copyOfRange(vector, slices.start(rank), slices.end(rank));
  }
}
