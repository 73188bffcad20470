package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.Optional;
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

  /** What a mark says; empty where it cannot be read. */
  Optional<String> reason(String checkpoint) {
    try {
      Mark mark = Json.read(storage.readText(path(checkpoint)), Mark.class, path(checkpoint));
      return Optional.ofNullable(mark.reason());
    } catch (LockstepException e) {
      return Optional.empty();
    }
  }

  void add(CommittedCheckpoint checkpoint, String reason) {
    storage.writeAtomically(
        path(checkpoint.name()),
        Json.write(new Mark(checkpoint.name(), checkpoint.manifestSha256(), reason)));
  }

  private String path(String checkpoint) {
    return "%s/%s%s".formatted(run.quarantine(), checkpoint, SUFFIX);
  }
}
