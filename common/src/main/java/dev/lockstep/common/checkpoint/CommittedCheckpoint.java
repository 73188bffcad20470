package dev.lockstep.common.checkpoint;

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
}
