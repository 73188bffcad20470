package dev.lockstep.driver.model;

import dev.lockstep.common.checkpoint.CheckpointCatalog;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.worker.model.CheckpointNetwork;
import java.util.List;
import java.util.function.Consumer;

/** The model that a checkpoint of a run is. */
public final class CheckpointModel {
  private CheckpointModel() {}

  /**
   * Opens a checkpoint as a model; every byte of it is compared with its digest.
   *
   * @param name of the checkpoint
   * @param events told of damage elsewhere in the run
   * @throws LockstepException of kind CONFIG where the run has no such checkpoint, of kind STORAGE
   *     where it is damaged, of kind DATA where the run's data is other than the checkpoint's
   */
  public static SavedModel read(
      Storage storage,
      RunDescription description,
      RunDirectory run,
      String name,
      Consumer<String> events) {
    CommittedCheckpoint checkpoint = find(storage, run, name, events);
    PreparedDataset dataset = PreparedDataset.open(storage, description.data());
    StoredCheckpoint stored = checkpoint.open(storage);
    requireSameData(stored, dataset);
    return new SavedModel(
        CheckpointNetwork.of(stored, dataset.steps(description.config().training())),
        dataset.manifest().schema(),
        storage.readText(dataset.directory() + "/" + PreparedDataset.PREPROCESSING));
  }

  /** Weights are of no use with the preprocessing of other data. */
  private static void requireSameData(StoredCheckpoint checkpoint, PreparedDataset dataset) {
    if (!checkpoint.manifest().dataDigest().equals(dataset.digest())) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot use checkpoint '%s': the data in %s is not what it was trained on (prepare that again)"
              .formatted(checkpoint.manifest().name(), dataset.directory()));
    }
  }

  private static CommittedCheckpoint find(
      Storage storage, RunDirectory run, String name, Consumer<String> events) {
    List<CommittedCheckpoint> all = new CheckpointCatalog(storage, run).list(events);
    return all.stream()
        .filter(checkpoint -> checkpoint.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new LockstepException(
                    FailureKind.CONFIG,
                    "Cannot use checkpoint '%s' of %s: it has %s"
                        .formatted(name, run.root(), names(all))));
  }

  private static String names(List<CommittedCheckpoint> all) {
    return all.isEmpty()
        ? "no checkpoints"
        : "only " + String.join(", ", all.stream().map(CommittedCheckpoint::name).toList());
  }
}
