package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.FileInfo;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of a prepared dataset. Its manifest is there only while preprocessing and source
 * belong to it: it is the first file to go and the last to come.
 *
 * <p>Shards are named by their content, so none is ever overwritten by another; those of the
 * dataset before stay until the next preparation, for whoever is reading them.
 *
 * @param root fully qualified
 */
record PreparedDirectory(Storage storage, String root) {
  static final String TRAIN = "train";
  static final String VALIDATION = "validation";
  static final String TEST = "test";

  private static final Pattern SHARD =
      Pattern.compile("(train|validation|test)-[0-9]{5,}(-[0-9a-f]+)?[.]arrow");
  private static final String STAGING = ".staging-";

  /** Why the folder has to be prepared for a source; empty where it is up to date. */
  List<String> reasonsToPrepare(SourceDescription source) {
    if (!isComplete()) {
      return List.of("it is not prepared");
    }
    String earlier = storage.readText(source());
    String manifest = storage.readText(manifest());
    try {
      List<String> changes =
          source.changesSince(Json.read(earlier, SourceDescription.class, source()));
      return changes.isEmpty()
          ? damages(Json.read(manifest, DatasetManifest.class, manifest()))
          : changes;
    } catch (LockstepException e) {
      return List.of("another version of Lockstep has prepared it");
    }
  }

  boolean isComplete() {
    return Stream.of(manifest(), source(), preprocessing()).allMatch(storage::exists);
  }

  PreparedDataset read() {
    String json = storage.readText(manifest());
    return new PreparedDataset(
        root, Json.read(json, DatasetManifest.class, manifest()), Sha256.of(json));
  }

  /** What {@link #commit} would make of the shards that lie in the folder. */
  PreparedDataset offered(DatasetManifest manifest) {
    return new PreparedDataset(root, manifest, Sha256.of(Json.write(manifest)));
  }

  /** A new folder for the unfinished files of one preparation. */
  String newStaging() {
    return root + "/" + STAGING + UUID.randomUUID();
  }

  /** Makes the shards valid that lie in the folder. */
  PreparedDataset commit(DatasetManifest manifest, Preprocessing fitted, SourceDescription source) {
    storage.delete(manifest());
    storage.writeAtomically(preprocessing(), Json.write(fitted));
    storage.writeAtomically(source(), Json.write(source));
    storage.writeAtomically(manifest(), Json.write(manifest));
    return read();
  }

  /**
   * Files of the shards that the manifest lists; none where there is no manifest of this version.
   */
  Set<String> shardsInUse() {
    try {
      return isComplete()
          ? shards(read().manifest()).map(Shard::file).collect(Collectors.toSet())
          : Set.of();
    } catch (LockstepException e) {
      return Set.of();
    }
  }

  /**
   * Deletes shards of earlier preparations, and what broken ones left.
   *
   * @param earlier shards that somebody may still be reading; they stay
   */
  void sweep(Set<String> earlier) {
    Set<String> current = shardsInUse();
    storage.names(root).stream()
        .filter(name -> name.startsWith(STAGING) || SHARD.matcher(name).matches())
        .filter(name -> !current.contains(name) && !earlier.contains(name))
        .forEach(name -> storage.delete(root + "/" + name));
  }

  private List<String> damages(DatasetManifest manifest) {
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
