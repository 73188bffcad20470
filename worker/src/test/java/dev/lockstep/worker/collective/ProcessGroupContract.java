package dev.lockstep.worker.collective;

import static dev.lockstep.worker.testing.Vectors.canonicalSum;
import static dev.lockstep.worker.testing.Vectors.floats;
import static dev.lockstep.worker.testing.Vectors.ofLane;
import static dev.lockstep.worker.testing.Vectors.sums;
import static dev.lockstep.worker.testing.Vectors.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every process group keeps, however its ranks are connected. The matrix is that of Gloo. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class ProcessGroupContract {
  private static final Occasion OCCASION = new Occasion(1, 2, "the test");
  private static final StallPolicy PATIENT = StallPolicy.failAfter(Duration.ofSeconds(60));

  /** Runs ranks that are connected in the way that is tested. */
  protected abstract <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body);

  private <T> List<T> run(int ranks, int lanes, Function<ProcessGroup, T> body) {
    return run(ranks, lanes, PATIENT, body);
  }

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

  @Test
  void letsAllRanksStopAfterTheSameOperation() {
    List<Integer> stoppedAfter =
        run(
            4,
            4,
            group -> {
              FloatVector result = FloatVector.allocate(1000);
              int operations = 0;
              while (group.agreed() != Wish.STOP) {
                if (operations == 5) {
                  group.express(Wish.STOP); // of rank 0 it counts
                } else if (operations == 2 && group.rank() > 0) {
                  group.express(Wish.STOP);
                }
                group.allReduce(sums(group, 1000), result, OCCASION);
                operations++;
              }
              return operations;
            });

    assertThat(stoppedAfter).containsOnly(6);
  }

  @Test
  void carriesTheWishForACheckpointOnce() {
    List<List<Wish>> agreed =
        run(
            4,
            4,
            group -> {
              FloatVector result = FloatVector.allocate(1000);
              List<Wish> wishes = new ArrayList<>();
              for (int operation = 0; operation < 4; operation++) {
                if (operation == 1) {
                  group.express(Wish.CHECKPOINT);
                }
                group.allGather(new double[] {1}, OCCASION);
                group.allReduce(sums(group, 1000), result, OCCASION);
                wishes.add(group.agreed());
              }
              return wishes;
            });

    assertThat(agreed).containsOnly(List.of(Wish.GO_ON, Wish.CHECKPOINT, Wish.GO_ON, Wish.GO_ON));
  }

  @Test
  void namesTheRankThatDoesNotComeAndWhereItIs() {
    CountDownLatch done = new CountDownLatch(1);
    LinkedBlockingQueue<String> warnings = new LinkedBlockingQueue<>();
    StallPolicy policy =
        new StallPolicy(Duration.ofMillis(400), Duration.ofMillis(900), warnings::add);

    assertThatThrownBy(
            () ->
                run(
                    3,
                    3,
                    policy,
                    group -> {
                      group.barrier(OCCASION);
                      if (group.rank() == 1) {
                        return awaitQuietly(done);
                      }
                      try {
                        return group.allGather(new double[0], OCCASION);
                      } finally {
                        done.countDown();
                      }
                    }))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageMatching(
            "Failed to complete the test of epoch 1, step 2 within 900 ms: rank [02].* waited for"
                + " rank 1, which is in .*ProcessGroupContract.awaitQuietly.*");
    assertThat(warnings)
        .isNotEmpty()
        .allSatisfy(
            warning ->
                assertThat(warning)
                    .matches(
                        "Waiting for the test of epoch 1, step 2 since 400 ms: it lacks"
                            + " rank 1, which is in .*awaitQuietly.*"));
  }

  @Test
  void failsEveryRankWithTheFirstCause() {
    List<String> messages =
        run(
            3,
            3,
            group -> {
              try {
                group.barrier(OCCASION);
                if (group.rank() == 2) {
                  group.abort(new LockstepException(FailureKind.STORAGE, "Cannot read shard 17"));
                }
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
                run(
                    2,
                    2,
                    group ->
                        group.rank() == 0 ? List.of() : group.allGather(new double[0], OCCASION)))
        .hasMessageMatching("Lost rank 0.*: it left");
  }

  @Test
  void endsTheWaitOfAnInterruptedRank() {
    CountDownLatch done = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                run(
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

  private static void assertSame(List<float[]> actual, List<float[]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
  }

  private static float[] slice(float[] vector, int ranks, int rank) {
    Slices slices = new Slices(vector.length, ranks);
    return Arrays.copyOfRange(vector, slices.start(rank), slices.end(rank));
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
