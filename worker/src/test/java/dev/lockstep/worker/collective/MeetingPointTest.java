package dev.lockstep.worker.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class MeetingPointTest {
  private static final Occasion OCCASION = new Occasion(1, 2, "the test");

  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch met = new CountDownLatch(1);
  private final CompletableFuture<Boolean> metMeanwhile = new CompletableFuture<>();

  @Test
  void letsRanksMeetWhileSomebodyHearsOfTheirDelay() throws Exception {
    StallPolicy policy =
        new StallPolicy(Duration.ofMillis(50), Duration.ofSeconds(20), this::hearSlowly);
    MeetingPoint point = new MeetingPoint(2, policy, 2, new RankThreads(0, 2));
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> point.meet(0, OCCASION));

    told.await();
    point.meet(1, OCCASION);
    met.countDown();

    assertThat(metMeanwhile.get()).isTrue();
    first.get();
  }

  @Test
  void keepsOnlyThreadsOfRanksAwake() throws Exception {
    RankThreads threads = new RankThreads(0, 2);
    Queue<Thread> lookers = new ConcurrentLinkedQueue<>();
    LongSupplier clock =
        () -> {
          lookers.add(Thread.currentThread());
          return System.nanoTime();
        };
    StallPolicy policy = StallPolicy.failAfter(Duration.ofSeconds(20));
    MeetingPoint point = new MeetingPoint(2, policy, Spin.LONG, clock, threads);
    lookers.clear();
    CompletableFuture<Thread> beside =
        CompletableFuture.supplyAsync(
            () -> {
              point.meet(1, OCCASION);
              return Thread.currentThread();
            });
    threads.enter(0);

    point.meet(0, OCCASION);

    assertThat(lookers).contains(Thread.currentThread()).doesNotContain(beside.get());
  }

  private void hearSlowly(String warning) {
    told.countDown();
    try {
      metMeanwhile.complete(met.await(3, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      metMeanwhile.completeExceptionally(e);
    }
  }
}
