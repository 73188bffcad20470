package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StartLineTest {
  private static final StartVerdict BEGIN = StartVerdict.begin(List.of("a", "b"));

  /** Rank 0 in a JVM of its own, ranks 1 and 2 in another. */
  private static final NetRanks RANKS = NetRanks.on(1, 2);

  private final Queue<RankKernels> told = new ConcurrentLinkedQueue<>();

  /** An answer that comes at some time. */
  private record DueAnswer(Future<StartVerdict> verdict) implements StartLine.Answer {
    static DueAnswer at(Duration time, StartVerdict verdict) {
      Executor later = CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS);
      return new DueAnswer(CompletableFuture.supplyAsync(() -> verdict, later));
    }

    @Override
    public boolean comesWithin(Duration time) {
      try {
        verdict.get(time.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public StartVerdict get() {
      assertThat(verdict).isDone();
      try {
        return verdict.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** What became of a rank. */
  private record End(List<String> kernels, Optional<FailureKind> kind, String failure) {
    static End well(String... kernels) {
      return new End(List.of(kernels), Optional.empty(), "");
    }

    static End with(FailureKind kind, String failure) {
      return new End(List.of(), Optional.of(kind), failure);
    }
  }

  @Test
  void tellsTheDriverOfOneRankOfEachJvm() {
    List<End> ends = await(RANKS, rank -> "digest-" + rank, Duration.ZERO, BEGIN);

    assertThat(told)
        .containsExactly(
            new RankKernels(0, "höst-0", "digest-0"), new RankKernels(1, "höst-1", "digest-1"));
    assertThat(ends).containsExactly(End.well("a", "b"), End.well(), End.well());
  }

  @Test
  void waitsForADriverLongerThanForARank() {
    NetRanks impatient = RANKS.with(StallPolicy.failAfter(Duration.ofMillis(1_500)));

    List<End> ends = await(impatient, rank -> "same", Duration.ofSeconds(3), BEGIN);

    assertThat(ends).containsExactly(End.well("a", "b"), End.well(), End.well());
  }

  @Test
  void noRankBeginsWhereTheDriverDoesNotLetThem() {
    List<End> ends =
        await(
            RANKS,
            rank -> "same",
            Duration.ZERO,
            StartVerdict.end(FailureKind.STORAGE, "Cannot write run.json"));

    assertThat(ends)
        .hasSize(3)
        .containsOnly(End.with(FailureKind.STORAGE, "Cannot write run.json"));
  }

  @Test
  void noRankBeginsWhereOneCannotShowItsKernels() {
    List<End> ends =
        await(
            RANKS,
            rank -> {
              if (rank == 2) {
                throw new LockstepException(FailureKind.DATA, "Cannot read block 0");
              }
              return "same";
            },
            Duration.ZERO,
            BEGIN);

    assertThat(ends).hasSize(3).containsOnly(End.with(FailureKind.DATA, "Cannot read block 0"));
    assertThat(told).isEmpty();
  }

  private List<End> await(
      NetRanks ranks, Function<Integer, String> digests, Duration time, StartVerdict verdict) {
    return ranks.run(
        3,
        group -> {
          try {
            return End.well(await(group, digests, time, verdict).toArray(String[]::new));
          } catch (LockstepException e) {
            return End.with(e.kind(), e.getMessage());
          }
        });
  }

  private List<String> await(
      ProcessGroup group, Function<Integer, String> digests, Duration time, StartVerdict verdict) {
    return new StartLine(group, "höst-" + group.rank())
        .await(
            () -> digests.apply(group.rank()),
            all -> {
              told.addAll(all);
              return DueAnswer.at(time, verdict);
            });
  }
}
