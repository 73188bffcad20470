package dev.lockstep.common.checkpoint;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Marks on checkpoints that were found damaged: they are not tried again and not counted as kept.
 */
record Quarantine(Storage storage, RunDirectory run) {
  private static final String SUFFIX = ".json";

  /**
   * What a mark says.
   *
   * @param reason in words
   */
  record Mark(String checkpoint, String manifestSha256, String reason) {}

  /** Names of the marked checkpoints. */
  Set<String> names() {
    return storage.names(run.quarantine()).stream()
        .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
        .collect(Collectors.toUnmodifiableSet());
  }

  void add(CommittedCheckpoint checkpoint, String reason) {
    storage.writeAtomically(
        "%s/%s%s".formatted(run.quarantine(), checkpoint.name(), SUFFIX),
        Json.write(new Mark(checkpoint.name(), checkpoint.manifestSha256(), reason)));
  }
}
