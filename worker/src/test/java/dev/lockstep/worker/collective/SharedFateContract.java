package dev.lockstep.worker.collective;

import static dev.lockstep.worker.testing.Vectors.sums;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one rank of a group wishes, or what happens to it, is for all of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class SharedFateContract {
  static final Occasion OCCASION = new Occasion(1, 2, "the test");

  private static final StallPolicy PATIENT = StallPolicy.failAfter(Duration.ofSeconds(60));

  /** Runs ranks that are connected in the way that is tested. */
  protected abstract <T> List<T> run(
      int ranks, int lanes, StallPolicy policy, Function<ProcessGroup, T> body);

  /** Runs ranks that wait a minute for each other. */
  final <T> List<T> run(int ranks, int lanes, Function<ProcessGroup, T> body) {
    return run(ranks, lanes, PATIENT, body);
  }

  @Test
  void givesTheRanksOfAJvmOneObjectInCommon() {
    AtomicInteger made = new AtomicInteger();

    List<List<Object>> ofRanks =
        run(
            4,
            4,
            group ->
                List.of(
                    group.common(Integer.class, made::incrementAndGet, OCCASION),
                    group.common(Integer.class, made::incrementAndGet, OCCASION)));

    assertThat(ofRanks.stream().flatMap(List::stream).collect(Collectors.toSet()))
        .hasSize(made.get());
    assertThat(ofRanks).allSatisfy(own -> assertThat(own.get(0)).isNotEqualTo(own.get(1)));
  }

  @Test
  void failsAllWhereTheObjectInCommonCannotBeMade() {
    assertThatThrownBy(
            () ->
                run(
                    3,
                    3,
                    group ->
                        group.common(
                            Object.class,
                            () -> {
                              throw new IllegalStateException("Cannot make it");
                            },
                            OCCASION)))
        .hasMessage("Cannot make it");
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
    CountDownLatch done = new CountDownLatch(2); // who leaves before might be named for that
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
                      } catch (LockstepException e) {
                        group.abort(e); // as every rank does before it leaves
                        throw e;
                      } finally {
                        done.countDown();
                      }
                    }))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageMatching(
            "Failed to complete the test of epoch 1, step 2 within 900 ms: rank [02].* waited for"
                + " rank 1, which is in .*SharedFateContract.awaitQuietly.*");
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

  private static List<double[]> awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }
}
