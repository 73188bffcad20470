package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;

/**
 * Prepared data that is complete and up to date.
 *
 * @param directory its folder, fully qualified
 * @param digest SHA-256 of the manifest's JSON
 */
public record PreparedDataset(String directory, DatasetManifest manifest, String digest) {
  static final String PREPROCESSING = "preprocessing.json";

  /** What was fitted on the training part. */
  public Preprocessing preprocessing(Storage storage) {
    String path = directory + "/" + PREPROCESSING;
    return Json.read(storage.readText(path), Preprocessing.class, path);
  }
}
