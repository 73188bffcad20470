package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;

/**
 * Prepared data that is complete and up to date.
 *
 * @param directory its folder, fully qualified
 * @param digest SHA-256 of the manifest's JSON
 */
public record PreparedDataset(String directory, DatasetManifest manifest, String digest) {
  /** Name of the file of the fitted preprocessing. */
  public static final String PREPROCESSING = "preprocessing.json";

  /** The dataset of a folder, as it is. */
  public static PreparedDataset open(Storage storage, String directory) {
    return new PreparedDirectory(storage, directory).read();
  }

  /** Steps of an epoch of a training on this data. */
  public int steps(TrainingConfig training) {
    int lanes = training.lanes(manifest.train().samples());
    return new SampleOrder(manifest.train().blockSizes(), lanes, Shuffle.NEVER, training.seed())
        .steps(training.microbatchSize());
  }

  /** What was fitted on the training part. */
  public Preprocessing preprocessing(Storage storage) {
    String path = directory + "/" + PREPROCESSING;
    return Json.read(storage.readText(path), Preprocessing.class, path);
  }
}
