package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class StartLineTest {
  private static final List<String> KERNELS = List.of("a", "b");

  /** Rank 0 in a JVM of its own, ranks 1 and 2 in another; none is waited for longer. */
  private static final NetRanks RANKS =
      NetRanks.on(1, 2).with(StallPolicy.failAfter(Duration.ofSeconds(5)));

  private final Queue<Integer> computed = new ConcurrentLinkedQueue<>();
  private final Queue<RankKernels> told = new ConcurrentLinkedQueue<>();

  /** An answer that is there after some looks. */
  private record LateAnswer(AtomicInteger looks, StartVerdict verdict) implements StartLine.Answer {
    @Override
    public boolean comesWithin(Duration time) {
      return looks.decrementAndGet() <= 0;
    }

    @Override
    public StartVerdict get() {
      return verdict;
    }
  }

  /** What became of a rank. */
  private record End(List<String> kernels, String failure) {}

  @Test
  void tellsTheDriverOfOneRankOfEachJvm() {
    List<End> ends = await(rank -> "digest-" + rank, 1, StartVerdict.begin(KERNELS));

    assertThat(computed).containsExactlyInAnyOrder(0, 1);
    assertThat(told)
        .containsExactly(
            new RankKernels(0, "höst-0", "digest-0"), new RankKernels(1, "höst-1", "digest-1"));
    assertThat(ends)
        .containsExactly(new End(KERNELS, ""), new End(List.of(), ""), new End(List.of(), ""));
  }

  /** Each look would be a quarter of a second: more in all than a rank is waited for. */
  @Test
  void waitsForADriverForAsLongAsItTakes() {
    List<End> ends = await(rank -> "same", 1_000, StartVerdict.begin(KERNELS));

    assertThat(ends).extracting(End::failure).containsOnly("");
  }

  @Test
  void noRankBeginsWhereTheDriverDoesNotLetThem() {
    List<End> ends =
        await(rank -> "same", 1, StartVerdict.end(FailureKind.CLUSTER, "Cannot train here"));

    assertThat(ends).extracting(End::failure).containsOnly("Cannot train here");
  }

  @Test
  void noRankBeginsWhereOneCannotShowItsKernels() {
    List<End> ends =
        await(
            rank -> {
              if (rank == 1) {
                throw new LockstepException(FailureKind.DATA, "Cannot read block 0");
              }
              return "same";
            },
            1,
            StartVerdict.begin(KERNELS));

    assertThat(ends).extracting(End::failure).containsOnly("Cannot read block 0");
    assertThat(told).isEmpty();
  }

  private List<End> await(Function<Integer, String> digests, int looks, StartVerdict verdict) {
    return RANKS.run(
        3,
        group -> {
          try {
            return new End(await(group, digests, looks, verdict), "");
          } catch (LockstepException e) {
            group.abort(e); // as a task does
            return new End(List.of(), e.getMessage());
          }
        });
  }

  private List<String> await(
      ProcessGroup group, Function<Integer, String> digests, int looks, StartVerdict verdict) {
    return new StartLine(group, "höst-" + group.rank())
        .await(
            () -> {
              computed.add(group.rank());
              return digests.apply(group.rank());
            },
            survey -> {
              told.addAll(survey);
              return new LateAnswer(new AtomicInteger(looks), verdict);
            });
  }
}
