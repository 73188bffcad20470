package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.util.Optional;

/**
 * A checkpoint that the commit log names and has not retired.
 *
 * @param number of its log entry; a later commit's is higher
 * @param folder where its files are
 * @param validationLoss at its position, where that was measured
 */
public record CommittedCheckpoint(
    long number,
    int driverEpoch,
    String name,
    String folder,
    String manifestSha256,
    Position position,
    Optional<Double> validationLoss) {
  /** Reads its manifest. */
  public StoredCheckpoint open(Storage storage) {
    return StoredCheckpoint.open(storage, folder, manifestSha256);
  }

  /**
   * Reads all of it.
   *
   * @return what is damaged, as a sentence; empty where it is whole
   * @throws LockstepException of kind STORAGE where it cannot be read, as it is away
   */
  public Optional<String> damage(Storage storage) {
    try {
      open(storage).verify();
      return Optional.empty();
    } catch (LockstepException e) {
      if (DamageException.isIn(e)) {
        return Optional.of(e.getMessage());
      }
      throw e;
    }
  }
}
