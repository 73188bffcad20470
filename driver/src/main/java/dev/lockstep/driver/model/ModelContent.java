package dev.lockstep.driver.model;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.Map;

/** The bytes of a model's files, read at once, so that what fails afterwards is damage. */
final class ModelContent {
  private final String folder;
  private final byte[] zip;
  private final String schema;
  private final String preprocessing;

  private ModelContent(String folder, byte[] zip, String schema, String preprocessing) {
    this.folder = folder;
    this.zip = zip;
    this.schema = schema;
    this.preprocessing = preprocessing;
  }

  static ModelContent of(Storage storage, String folder) {
    return new ModelContent(
        folder,
        storage.read(folder + "/" + ModelFiles.NETWORK),
        storage.readText(folder + "/" + ModelFiles.SCHEMA),
        storage.readText(folder + "/" + ModelFiles.PREPROCESSING));
  }

  /** As {@link NetworkArchive#checked}. */
  byte[] network() {
    return NetworkArchive.checked(zip, folder + "/" + ModelFiles.NETWORK);
  }

  DataSchema schema() {
    return Json.read(schema, DataSchema.class, folder + "/" + ModelFiles.SCHEMA);
  }

  String preprocessing() {
    return preprocessing;
  }

  /** Fails where a file is damaged, as far as that shows without opening the network. */
  void check() {
    network();
    schema();
    Json.read(preprocessing, Map.class, folder + "/" + ModelFiles.PREPROCESSING);
  }
}
