package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.CheckpointManifest;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.Kernels;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.spark.RankKernels;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whether the ranks of an attempt compute the same bits, and those that its checkpoint was computed
 * with. Where they do not, the weights depend on which rank has which lane, and on when the run was
 * interrupted.
 *
 * @param from what the attempt goes on from, on the very data that it was computed from
 * @param warnings takes sentences about ranks that differ, where they may
 */
record KernelRule(Kernels wanted, Optional<CheckpointManifest> from, Consumer<String> warnings) {
  /**
   * The rule for an attempt, as {@link #admit}. Where no weight is left to compute, nothing is
   * compared; with other data than the checkpoint's, the ranks are with each other.
   *
   * @param origin what the attempt goes on from
   */
  static Function<List<RankKernels>, List<String>> of(
      JobConfig job,
      String dataDigest,
      Optional<CheckpointManifest> origin,
      Consumer<String> warnings) {
    Position end = new Position(job.training().epochs() + 1, 0);
    if (origin.filter(manifest -> manifest.state().position().equals(end)).isPresent()) {
      return ranks -> origin.get().kernels();
    }
    Optional<CheckpointManifest> from =
        origin.filter(manifest -> manifest.dataDigest().equals(dataDigest));
    return new KernelRule(job.cluster().kernels(), from, warnings)::admit;
  }

  /**
   * Compares.
   *
   * @param ranks one of each JVM, rank 0 first
   * @return the digests of all kernels that will have had a part in what the attempt computes
   * @throws LockstepException of kind CLUSTER where ranks must not differ and do
   */
  List<String> admit(List<RankKernels> ranks) {
    RankKernels first = ranks.get(0);
    ranks.stream()
        .filter(rank -> !rank.digest().equals(first.digest()))
        .findFirst()
        .ifPresent(other -> differ(other, first));
    List<String> now = distinct(ranks.stream().map(RankKernels::digest));
    List<String> before = from.map(CheckpointManifest::kernels).orElse(List.of());
    if (!before.isEmpty() && !before.equals(now)) {
      differ(ranks, from.orElseThrow());
    }
    return distinct(Stream.concat(before.stream(), now.stream()));
  }

  private void differ(RankKernels one, RankKernels other) {
    String who =
        "rank %d (%s) computes other bits than rank %d (%s)"
            .formatted(one.rank(), one.host(), other.rank(), other.host());
    report(
        "Cannot train on workers that do not compute alike: %s (set OPENBLAS_CORETYPE to what the processors of all hosts can, such as Haswell, where the job is submitted, or 'cluster.kernels' to any)"
            .formatted(who),
        "The weights depend on which worker computes what: %s ('cluster.kernels' is any)"
            .formatted(who));
  }

  private void differ(List<RankKernels> ranks, CheckpointManifest checkpoint) {
    Optional<String> other =
        ranks.stream()
            .filter(rank -> !checkpoint.kernels().contains(rank.digest()))
            .findFirst()
            .map(rank -> "rank %d (%s)".formatted(rank.rank(), rank.host()))
            .map(rank -> rank + " does not compute the bits of those that made it");
    String who = other.orElse("workers that did not compute alike have made it");
    String way =
        checkpoint.kernels().size() == 1
            ? "go on with processors, OPENBLAS_CORETYPE and versions as they were, set"
            : "set";
    report(
        "Cannot go on from checkpoint %s: %s (%s 'cluster.kernels' to any, or --new-run starts over)"
            .formatted(checkpoint.name(), who, way),
        "The weights depend on checkpoint %s: %s ('cluster.kernels' is any)"
            .formatted(checkpoint.name(), who));
  }

  private void report(String refusal, String warning) {
    if (wanted == Kernels.ALIKE) {
      throw new LockstepException(FailureKind.CLUSTER, refusal);
    }
    warnings.accept(warning);
  }

  private static List<String> distinct(Stream<String> digests) {
    return digests.distinct().sorted().toList();
  }
}
