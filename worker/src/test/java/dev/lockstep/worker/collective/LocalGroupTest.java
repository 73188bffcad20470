package dev.lockstep.worker.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.testing.Ranks;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LocalGroupTest {
  private static final Occasion OCCASION = new Occasion(1, 2, "the test");
  private static final long SEED = 7;

  static Stream<Arguments> shapes() {
    return IntStream.of(1, 2, 3, 4, 5, 7, 8)
        .boxed()
        .flatMap(
            ranks ->
                IntStream.of(0, 1, 10, 100, 1000, 10_000, 16_384)
                    .mapToObj(length -> Arguments.of(ranks, length)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void sumsBitForBitInTheOrderOfTheTree(int ranks, int length) {
    for (int lanes : new int[] {ranks, ranks + 3, 16}) {
      if (lanes >= ranks) {
        float[] expected = canonicalSum(lanes, length);
        List<float[]> sums = Ranks.run(ranks, lanes, group -> allReduce(group, length));

        assertThat(sums).hasSize(ranks).allSatisfy(sum -> assertThat(sum).isEqualTo(expected));
      }
    }
  }

  @Test
  void repeatsWithTheSameBuffers() {
    List<float[]> sums =
        Ranks.run(
            3,
            5,
            group -> {
              LaneSums lanes = new LaneSums(group.tree(), group.lanes(), 100);
              FloatVector result = FloatVector.allocate(100);
              for (int round = 0; round < 10; round++) {
                lanes.clear();
                addLanes(group, lanes, 100);
                group.allReduce(lanes, result, OCCASION);
              }
              return floats(result);
            });

    assertThat(sums).allSatisfy(sum -> assertThat(sum).isEqualTo(canonicalSum(5, 100)));
  }

  @Test
  void gathersRowsInTheOrderOfRanks() {
    List<List<double[]>> gathered =
        Ranks.run(3, 3, group -> group.allGather(new double[] {group.rank(), 9}, OCCASION));

    assertThat(gathered)
        .allSatisfy(
            rows ->
                assertThat(rows)
                    .usingRecursiveComparison()
                    .isEqualTo(
                        List.of(new double[] {0, 9}, new double[] {1, 9}, new double[] {2, 9})));
  }

  @Test
  void sumsRowsOfLanesAlikeForEveryWorldSize() {
    double[] alone = sumOfRows(1);
    for (int ranks : new int[] {2, 3, 8, 13}) {
      assertThat(sumOfRows(ranks)).isEqualTo(alone);
    }
  }

  @Test
  void namesTheRankThatDoesNotCome() {
    CountDownLatch done = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                Ranks.run(
                    3,
                    3,
                    StallPolicy.failAfter(Duration.ofMillis(200)),
                    group -> {
                      if (group.rank() == 1) {
                        return awaitQuietly(done);
                      }
                      try {
                        return group.allGather(new double[0], OCCASION);
                      } finally {
                        done.countDown();
                      }
                    }))
        .isInstanceOf(LockstepException.class)
        .hasMessageMatching(
            "Failed to complete the test of epoch 1, step 2 within 200 ms: rank [02] waited for rank 1, which is in .*");
  }

  @Test
  void failsEveryRankWithTheFirstCause() {
    List<String> messages =
        Ranks.run(
            3,
            3,
            group -> {
              if (group.rank() == 2) {
                group.abort(new LockstepException(FailureKind.STORAGE, "Cannot read shard 17"));
              }
              try {
                group.allGather(new double[0], OCCASION);
                return "nothing";
              } catch (LockstepException e) {
                return e.kind() + " " + e.getMessage();
              }
            });

    assertThat(messages).containsOnly("STORAGE Cannot read shard 17");
  }

  @Test
  void failsThoseWhoWaitForARankThatLeft() {
    assertThatThrownBy(
            () ->
                Ranks.run(
                    2,
                    2,
                    group ->
                        group.rank() == 0 ? List.of() : group.allGather(new double[0], OCCASION)))
        .hasMessage("Lost rank 0: it left");
  }

  @Test
  void endsTheWaitOfAnInterruptedRank() {
    CountDownLatch done = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                Ranks.run(
                    2,
                    2,
                    group -> {
                      if (group.rank() == 1) {
                        return awaitQuietly(done);
                      }
                      Thread.currentThread().interrupt();
                      try {
                        return group.allGather(new double[0], OCCASION);
                      } finally {
                        done.countDown();
                      }
                    }))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED));
  }

  private static double[] sumOfRows(int ranks) {
    int lanes = 11;
    return Ranks.run(
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
    LaneSums sums = new LaneSums(group.tree(), group.lanes(), length);
    addLanes(group, sums, length);
    FloatVector result = FloatVector.allocate(length);
    group.allReduce(sums, result, OCCASION);
    return floats(result);
  }

  private static void addLanes(ProcessGroup group, LaneSums sums, int length) {
    for (int lane = group.lanes().first(); lane < group.lanes().end(); lane++) {
      FloatVector vector = FloatVector.allocate(length);
      vector.floats().put(0, vector(lane, length));
      sums.add(vector);
    }
  }

  private static float[] floats(FloatVector vector) {
    float[] floats = new float[vector.length()];
    vector.floats().get(0, floats);
    return floats;
  }

  /** The expected sum by the definition of the tree, one element at a time. */
  private static float[] canonicalSum(int lanes, int length) {
    float[][] vectors = new float[lanes][];
    IntStream.range(0, lanes).forEach(lane -> vectors[lane] = vector(lane, length));
    float[] sum = new float[length];
    for (int i = 0; i < length; i++) {
      sum[i] = canonicalSum(vectors, i, 0, lanes);
    }
    return sum;
  }

  private static float canonicalSum(float[][] vectors, int element, int start, int stop) {
    if (stop - start == 1) {
      return vectors[start][element];
    }
    int left = 1;
    while (left * 2 < stop - start) {
      left *= 2;
    }
    return canonicalSum(vectors, element, start, start + left)
        + canonicalSum(vectors, element, start + left, stop);
  }

  /** Numbers of very different size, so that the order of addition shows. */
  private static float[] vector(int lane, int length) {
    Random random = new Random(SEED + lane);
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
    }
    return vector;
  }

  private static List<double[]> awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }
}
