package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CheckpointManifest;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.Kernels;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.testing.NetRanks;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class KernelComparisonTest {
  private static final String USUAL = Sha256.of("usual");

  /** Differs in its last digit alone. */
  private static final String OTHER = USUAL.substring(0, 63) + (USUAL.endsWith("0") ? "1" : "0");

  /** Rank 0 in a JVM of its own, ranks 1 and 2 in another. */
  private static final NetRanks RANKS = NetRanks.on(1, 2);

  private final Queue<Integer> computed = new ConcurrentLinkedQueue<>();
  private final Queue<String> warnings = new ConcurrentLinkedQueue<>();

  @Test
  void computesOnceInEachJvm() {
    List<Optional<String>> digests = compare(Kernels.ALIKE, rank -> USUAL, Optional.empty());

    assertThat(digests).containsExactly(Optional.of(USUAL), Optional.of(USUAL), Optional.empty());
    assertThat(computed).containsExactlyInAnyOrder(0, 1);
    assertThat(warnings).isEmpty();
  }

  @Test
  void failsOnAllRanksWhereOneComputesOtherBits() {
    assertThatThrownBy(
            () -> compare(Kernels.ALIKE, rank -> rank == 0 ? USUAL : OTHER, Optional.empty()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageStartingWith(
            "Cannot train on workers that do not compute alike: rank 1 (host-1) computes other bits than rank 0 (set ");
  }

  @Test
  void tellsOfOtherBitsWhereTheyAreAllowed() {
    List<Optional<String>> digests =
        compare(Kernels.ANY, rank -> rank == 0 ? USUAL : OTHER, Optional.empty());

    assertThat(digests).containsExactly(Optional.of(USUAL), Optional.of(OTHER), Optional.empty());
    assertThat(warnings)
        .containsExactly(
            "The weights depend on which worker computes what: rank 1 (host-1) computes other bits than rank 0 ('cluster.kernels' is any)");
  }

  @Test
  void failsWhereACheckpointWasMadeByOtherBits() {
    assertThatThrownBy(() -> compare(Kernels.ALIKE, rank -> USUAL, checkpoint(Optional.of(OTHER))))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageStartingWith(
            "Cannot go on from checkpoint e2: rank 0 (host-0) computes other bits than those that made it (set ");
  }

  @Test
  void tellsOfACheckpointOfOtherBitsWhereTheyAreAllowed() {
    compare(Kernels.ANY, rank -> USUAL, checkpoint(Optional.of(OTHER)));

    assertThat(warnings)
        .containsExactly(
            "The weights depend on checkpoint e2: rank 0 (host-0) computes other bits than those that made it ('cluster.kernels' is any)");
  }

  @Test
  void goesOnFromACheckpointOfTheSameBitsOrOfUnknownOnes() {
    compare(Kernels.ALIKE, rank -> USUAL, checkpoint(Optional.of(USUAL)));
    compare(Kernels.ALIKE, rank -> USUAL, checkpoint(Optional.empty()));

    assertThat(warnings).isEmpty();
  }

  private List<Optional<String>> compare(
      Kernels wanted, Function<Integer, String> digests, Optional<CheckpointManifest> from) {
    return RANKS.run(3, group -> compare(group, wanted, digests, from));
  }

  /** As a task does: what fails on one rank ends the group. */
  private Optional<String> compare(
      ProcessGroup group,
      Kernels wanted,
      Function<Integer, String> digests,
      Optional<CheckpointManifest> from) {
    try {
      return new KernelComparison(group, "host-" + group.rank(), wanted, warnings::add)
          .compare(
              () -> {
                computed.add(group.rank());
                return digests.apply(group.rank());
              },
              () -> from);
    } catch (LockstepException e) {
      group.abort(e);
      throw e;
    }
  }

  private static Optional<CheckpointManifest> checkpoint(Optional<String> kernels) {
    return Optional.of(
        new CheckpointManifest(
            CheckpointManifest.FORMAT_VERSION,
            "e2",
            "config",
            "data",
            kernels,
            "{}",
            new CheckpointState(new Position(2, 0), 0, List.of(), List.of()),
            List.of()));
  }
}
