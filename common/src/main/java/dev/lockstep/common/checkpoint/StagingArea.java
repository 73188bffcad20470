package dev.lockstep.common.checkpoint;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;

/**
 * Where a driver's ranks write checkpoints that are not committed yet.
 *
 * <p>Where folders can be renamed in one step that is the run's staging folder, else the place
 * where the checkpoint will stay: until the log names it, it is none in either case.
 *
 * @param driverEpoch of the driver that is to commit
 */
public record StagingArea(RunDirectory run, int driverEpoch) {
  /** A new folder's path, qualified; nothing is made. */
  public String folder(Storage storage, Position position) {
    String parent = storage.movesAtOnce(run.root()) ? run.staging() : run.checkpoints();
    return storage.qualify(parent + "/" + CheckpointName.random(position, driverEpoch));
  }
}
