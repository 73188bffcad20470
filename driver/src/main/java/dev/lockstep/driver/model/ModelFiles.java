package dev.lockstep.driver.model;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.TransientFailure;
import dev.lockstep.worker.network.Network;
import java.util.Optional;
import java.util.UUID;

/**
 * The folder {@code RUN/model}: {@code model.zip}, which plain Deeplearning4j opens, updater state
 * included; {@code schema.json}, the {@link DataSchema} with its class names; and {@code
 * preprocessing.json}, what turns raw rows into features.
 */
public final class ModelFiles {
  static final String NETWORK = "model.zip";
  static final String SCHEMA = "schema.json";

  /** Name of the file of the fitted preprocessing. */
  public static final String PREPROCESSING = "preprocessing.json";

  private ModelFiles() {}

  /**
   * Why the model of a run cannot be used, as far as its files tell; empty where it can.
   *
   * @throws LockstepException where the storage is away
   */
  public static Optional<String> problem(Storage storage, RunDirectory run) {
    ModelContent files;
    try {
      files = ModelContent.of(storage, run.model());
    } catch (LockstepException e) {
      if (TransientFailure.is(e)) {
        throw e;
      }
      return Optional.of(e.getMessage());
    }
    try {
      files.check();
      return Optional.empty();
    } catch (LockstepException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Writes the folder as a whole: its files are complete under another name before the folder gets
   * its own. A folder of an earlier write is moved away just before and deleted after, so readers
   * miss a model for the time of one rename; when that rename fails, the earlier folder comes back.
   *
   * @param preprocessingJson copied as it is
   */
  public static void write(
      Storage storage,
      RunDirectory run,
      Network network,
      DataSchema schema,
      String preprocessingJson) {
    String id = UUID.randomUUID().toString();
    String staged = run.staging() + "/model-" + id;
    try {
      writeInto(storage, staged, new SavedModel(network, schema, preprocessingJson));
      publish(storage, staged, run.model(), run.staging() + "/replaced-model-" + id);
    } catch (LockstepException e) {
      deleteAfter(e, storage, staged);
      throw e;
    }
  }

  /**
   * Writes a model into a folder that must not exist; it appears as a whole.
   *
   * @throws LockstepException of kind CONFIG where there is something of that name
   */
  public static void export(Storage storage, SavedModel model, String output) {
    String folder = output.replaceFirst("(?<=.)/+$", "");
    if (storage.exists(folder)) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot export to %s: it exists already (name another --output)".formatted(folder));
    }
    String staged = "%s.%s.tmp".formatted(folder, UUID.randomUUID());
    try {
      writeInto(storage, staged, model);
      storage.rename(staged, folder);
    } catch (LockstepException e) {
      deleteAfter(e, storage, staged);
      throw e;
    }
  }

  private static void writeInto(Storage storage, String folder, SavedModel model) {
    storage.writeAtomically(folder + "/" + NETWORK, NetworkArchive.withUpdater(model.network()));
    storage.writeAtomically(folder + "/" + SCHEMA, Json.write(model.schema()));
    storage.writeAtomically(folder + "/" + PREPROCESSING, model.preprocessing());
  }

  /**
   * Reads and checks the folder.
   *
   * @throws LockstepException when there is no model, or when a file of it is damaged or holds more
   *     than a model
   */
  public static SavedModel read(Storage storage, RunDirectory run) {
    String zip = run.model() + "/" + NETWORK;
    if (!storage.exists(zip)) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use run %s: no model in %s (train it: that makes a lost model anew, too)"
              .formatted(run.root(), run.model()));
    }
    ModelContent files;
    try {
      files = ModelContent.of(storage, run.model());
    } catch (LockstepException e) {
      throw TransientFailure.is(e) ? e : advised(e);
    }
    try {
      return new SavedModel(
          NetworkArchive.open(files.network(), zip), files.schema(), files.preprocessing());
    } catch (LockstepException e) {
      throw advised(e);
    }
  }

  private static LockstepException advised(LockstepException damage) {
    return new LockstepException(
        damage.kind(),
        damage.getMessage() + " (train it again: that makes the model anew)",
        damage);
  }

  private static void publish(Storage storage, String staged, String model, String replaced) {
    if (!storage.exists(model)) {
      storage.rename(staged, model);
      return;
    }
    storage.rename(model, replaced);
    try {
      storage.rename(staged, model);
    } catch (LockstepException e) {
      restoreAfter(e, storage, replaced, model);
      throw e;
    }
    storage.delete(replaced);
  }

  private static void restoreAfter(
      LockstepException failure, Storage storage, String replaced, String model) {
    try {
      storage.rename(replaced, model);
    } catch (LockstepException e) {
      failure.addSuppressed(e);
    }
  }

  private static void deleteAfter(LockstepException failure, Storage storage, String path) {
    try {
      storage.delete(path);
    } catch (LockstepException e) {
      failure.addSuppressed(e);
    }
  }
}
