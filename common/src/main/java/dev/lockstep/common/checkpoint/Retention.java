package dev.lockstep.common.checkpoint;

import dev.lockstep.common.config.CheckpointConfig;
import dev.lockstep.common.config.OnDivergence;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which checkpoints stay: the union of four rules.
 *
 * @param keep the latest so many
 * @param keepBest so many ends of epochs with the least validation loss; of equal ones the earlier
 * @param keepEveryEpochs the ends of the epochs that this divides
 * @param keepStarts the latest so many from which an epoch begins
 */
public record Retention(int keep, int keepBest, OptionalInt keepEveryEpochs, int keepStarts) {
  private static final Comparator<CommittedCheckpoint> LATEST_FIRST =
      Comparator.comparingLong(CommittedCheckpoint::number).reversed();
  private static final Comparator<CommittedCheckpoint> BEST_FIRST =
      Comparator.<CommittedCheckpoint>comparingDouble(c -> c.validationLoss().orElseThrow())
          .thenComparingLong(CommittedCheckpoint::number);

  public Retention {
    if (keep < 1 || keepBest < 0 || keepEveryEpochs.orElse(1) < 1 || keepStarts < 0) {
      throw new IllegalArgumentException(
          "no retention: keep %d, best %d, every %s, starts %d"
              .formatted(keep, keepBest, keepEveryEpochs, keepStarts));
    }
  }

  /** The rules of a job; one that may roll back needs the start of its epoch. */
  public static Retention of(CheckpointConfig config, OnDivergence onDivergence) {
    int starts = onDivergence instanceof OnDivergence.Rollback ? 1 : 0;
    return new Retention(config.keep(), config.keepBest(), config.keepEvery(), starts);
  }

  /** The names of those that stay. */
  Set<String> kept(List<CommittedCheckpoint> checkpoints) {
    Set<String> names = new HashSet<>();
    Stream.of(
            checkpoints.stream().sorted(LATEST_FIRST).limit(keep),
            checkpoints.stream().filter(Retention::isRated).sorted(BEST_FIRST).limit(keepBest),
            checkpoints.stream().filter(this::isMilestone),
            checkpoints.stream()
                .filter(checkpoint -> checkpoint.position().startsEpoch())
                .sorted(LATEST_FIRST)
                .limit(keepStarts))
        .flatMap(rule -> rule)
        .forEach(checkpoint -> names.add(checkpoint.name()));
    return names;
  }

  /**
   * The names of those that need not stay once there is one more. Damaged ones count for nothing.
   *
   * @param damaged names of checkpoints that cannot be used
   */
  List<String> retired(
      List<CommittedCheckpoint> living, CommittedCheckpoint newest, Set<String> damaged) {
    List<CommittedCheckpoint> usable =
        Stream.concat(living.stream(), Stream.of(newest))
            .filter(checkpoint -> !damaged.contains(checkpoint.name()))
            .toList();
    Set<String> kept = kept(usable);
    return living.stream()
        .map(CommittedCheckpoint::name)
        .filter(name -> !kept.contains(name))
        .toList();
  }

  private static boolean isRated(CommittedCheckpoint checkpoint) {
    return checkpoint.position().completedEpochs().isPresent()
        && checkpoint.validationLoss().filter(Double::isFinite).isPresent();
  }

  private boolean isMilestone(CommittedCheckpoint checkpoint) {
    OptionalInt epochs = checkpoint.position().completedEpochs();
    return keepEveryEpochs.isPresent()
        && epochs.isPresent()
        && epochs.getAsInt() % keepEveryEpochs.getAsInt() == 0;
  }
}
