package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.storage.FileInfo;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of a prepared dataset. Its manifest is there only while all that it lists is in place:
 * it is the first file to go and the last to come.
 *
 * @param root fully qualified
 */
record PreparedDirectory(Storage storage, String root) {
  static final String TRAIN = "train";
  static final String VALIDATION = "validation";
  static final String TEST = "test";

  private static final String STAGING = ".staging-";

  /** Why the folder has to be prepared for a source; empty where it is up to date. */
  List<String> reasonsToPrepare(SourceDescription source) {
    if (!isComplete()) {
      return List.of("it is not prepared");
    }
    SourceDescription earlier =
        Json.read(storage.readText(source()), SourceDescription.class, source());
    List<String> changes = source.changesSince(earlier);
    return changes.isEmpty() ? damages() : changes;
  }

  boolean isComplete() {
    return Stream.of(manifest(), source(), preprocessing()).allMatch(storage::exists);
  }

  PreparedDataset read() {
    String json = storage.readText(manifest());
    return new PreparedDataset(
        root, Json.read(json, DatasetManifest.class, manifest()), Sha256.of(json));
  }

  /** A new folder for the unfinished files of one preparation. */
  String newStaging() {
    return root + "/" + STAGING + UUID.randomUUID();
  }

  void open() {
    storage.makeDirectories(root);
    storage.delete(manifest());
  }

  /** Makes the shards valid that lie in the folder. */
  PreparedDataset commit(DatasetManifest manifest, Preprocessing fitted, SourceDescription source) {
    storage.writeAtomically(preprocessing(), Json.write(fitted));
    storage.writeAtomically(source(), Json.write(source));
    storage.writeAtomically(manifest(), Json.write(manifest));
    return read();
  }

  /** Deletes shards of earlier preparations, and what broken ones left. */
  void sweep(DatasetManifest manifest) {
    Set<String> current = shards(manifest).map(Shard::file).collect(Collectors.toSet());
    storage.names(root).stream()
        .filter(name -> name.startsWith(STAGING) || name.endsWith(".arrow"))
        .filter(name -> !current.contains(name))
        .forEach(name -> storage.delete(root + "/" + name));
  }

  private List<String> damages() {
    DatasetManifest manifest = read().manifest();
    if (manifest.formatVersion() != DatasetManifest.FORMAT_VERSION) {
      return List.of("it has format version " + manifest.formatVersion());
    }
    Map<String, Long> lengths =
        storage.list(root).stream().collect(Collectors.toMap(FileInfo::path, FileInfo::bytes));
    return shards(manifest)
        .filter(
            shard -> !Long.valueOf(shard.bytes()).equals(lengths.get(root + "/" + shard.file())))
        .map(shard -> shard.file() + " is missing or has another length")
        .toList();
  }

  private static Stream<Shard> shards(DatasetManifest manifest) {
    return Stream.of(manifest.train(), manifest.validation(), manifest.test())
        .map(Split::shards)
        .flatMap(List::stream);
  }

  private String manifest() {
    return root + "/manifest.json";
  }

  private String source() {
    return root + "/source.json";
  }

  private String preprocessing() {
    return root + "/" + PreparedDataset.PREPROCESSING;
  }
}
