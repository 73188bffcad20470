package dev.lockstep.worker.combine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import dev.lockstep.worker.testing.Ranks;
import dev.lockstep.worker.testing.Vectors;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of ranks when something goes wrong while a bucket is on its way. */
@Timeout(120)
class ExchangeThreadTest {
  private static final Occasion STEP = new Occasion(1, 7, "the exchange of gradients");
  private static final StallPolicy PATIENT = StallPolicy.failAfter(Duration.ofSeconds(60));
  private static final StallPolicy SHORT =
      new StallPolicy(Duration.ofMillis(400), Duration.ofMillis(900), warning -> {});

  /** How two ranks are connected. */
  enum Connection {
    THREADS {
      @Override
      <T> List<T> run(StallPolicy policy, Function<ProcessGroup, T> body) {
        return Ranks.run(2, 2, policy, body);
      }
    },
    SOCKETS {
      @Override
      <T> List<T> run(StallPolicy policy, Function<ProcessGroup, T> body) {
        return NetRanks.on(1, 1).with(policy).run(2, body);
      }
    };

    abstract <T> List<T> run(StallPolicy policy, Function<ProcessGroup, T> body);
  }

  @ParameterizedTest
  @EnumSource
  void namesTheRankThatDoesNotComeAndWhereItIs(Connection connection) {
    CountDownLatch done = new CountDownLatch(1);

    List<String> messages =
        failures(
            connection,
            SHORT,
            (group, thread) -> {
              startBucket(group, thread); // both have come to this one
              if (group.rank() == 1) {
                computeUntil(done);
              } else {
                startBucket(group, thread);
              }
              finish(thread, done);
            });

    assertThat(messages.get(0))
        .matches(
            "CLUSTER Failed to complete the exchange of gradients of epoch 1, step 7 within 900"
                + " ms: rank 0.* waited for rank 1.*, which is in .*computeUntil.*");
  }

  @ParameterizedTest
  @EnumSource
  void failsAllWithTheFirstCauseThoughTheRankStillComputes(Connection connection) {
    CountDownLatch told = new CountDownLatch(1);

    List<String> messages =
        failures(
            connection,
            PATIENT,
            (group, thread) -> {
              if (group.rank() == 1) {
                thread.start(ExchangeThreadTest::runOutOfMemory);
                computeUntil(told); // which is not before the other rank has failed
              } else {
                startBucket(group, thread);
              }
              finish(thread, told);
            });

    assertThat(messages).allMatch(message -> message.contains("Direct buffer memory"));
  }

  @ParameterizedTest
  @EnumSource
  void failsWithTheCauseOfARankThatFailsInItsPass(Connection connection) {
    List<String> messages =
        failures(
            connection,
            PATIENT,
            (group, thread) -> {
              if (group.rank() == 0) {
                throw new LockstepException(FailureKind.DIVERGED, "Cannot go on");
              }
              startBucket(group, thread);
              thread.finish(STEP);
            });

    assertThat(messages).containsOnly("DIVERGED Cannot go on");
  }

  @ParameterizedTest
  @EnumSource
  void endsTheWaitOfAnInterruptedRank(Connection connection) {
    CountDownLatch done = new CountDownLatch(1);

    List<String> messages =
        failures(
            connection,
            PATIENT,
            (group, thread) -> {
              if (group.rank() == 1) {
                computeUntil(done);
                thread.start(() -> group.barrier(STEP));
                thread.finish(STEP);
              }
              startBucket(group, thread);
              Thread.currentThread().interrupt();
              finish(thread, done);
            });

    assertThat(messages)
        .containsOnly(
            "INTERRUPTED Interrupted rank 0 in the exchange of gradients of epoch 1, step 7");
  }

  @Test
  void countsWhatPassedBeforeItWasWaitedForAsHidden() {
    AtomicLong clock = new AtomicLong(100);
    CountDownLatch passed = new CountDownLatch(1);

    List<Long> hidden =
        Ranks.run(
            1,
            1,
            group -> {
              try (ExchangeThread thread = new ExchangeThread(group, clock::get)) {
                thread.start(
                    () -> {
                      clock.addAndGet(30);
                      passed.countDown();
                    });
                computeUntil(passed);
                return thread.finish(STEP);
              }
            });

    assertThat(hidden).containsExactly(30L);
  }

  @Test
  void leavesNoThreadBehind() throws InterruptedException {
    Ranks.run(
        2,
        2,
        group -> {
          try (ExchangeThread thread = new ExchangeThread(group, System::nanoTime)) {
            startBucket(group, thread);
            return thread.finish(STEP);
          }
        });

    List<Thread> left =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches("rank-[01]-exchange"))
            .toList();
    for (Thread thread : left) {
      thread.join(10_000); // an executor has ended a moment before its thread has
    }
    assertThat(left).noneMatch(Thread::isAlive);
  }

  private static List<String> failures(Connection connection, StallPolicy policy, Body body) {
    CountDownLatch connected = new CountDownLatch(2);
    return connection.run(
        policy,
        group -> {
          group.barrier(STEP);
          connected.countDown();
          computeUntil(connected); // a failure before that would be one of the connecting
          return failureOf(group, body);
        });
  }

  private static String failureOf(ProcessGroup group, Body body) {
    try (ExchangeThread thread = new ExchangeThread(group, System::nanoTime)) {
      try {
        body.run(group, thread);
        return "nothing";
      } catch (LockstepException e) {
        group.abort(e); // as every rank does before it leaves
        return e.kind() + " " + e.getMessage();
      }
    }
  }

  /** What a rank does until it fails. */
  private interface Body {
    void run(ProcessGroup group, ExchangeThread thread);
  }

  private static void finish(ExchangeThread thread, CountDownLatch done) {
    try {
      thread.finish(STEP);
    } finally {
      done.countDown();
    }
  }

  private static void startBucket(ProcessGroup group, ExchangeThread thread) {
    FloatVector result = FloatVector.allocate(100_000);
    thread.start(() -> group.allReduce(Vectors.sums(group, 100_000), result, STEP));
  }

  private static void runOutOfMemory() {
    throw new OutOfMemoryError("Direct buffer memory");
  }

  private static void computeUntil(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
