package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointFiles;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * What a checkpoint holds, apart from the memory that the training goes on to change.
 *
 * @param configuration of the network as JSON
 * @param parameters flat, as the replica has them
 * @param updaterState flat, as the replica has it
 * @param residuals what each lane of the job has kept; empty where lanes keep nothing
 * @param exposedSeconds for which the training stood still for the copy
 */
public record StateCopy(
    CheckpointState state,
    String configuration,
    FloatBuffer parameters,
    FloatBuffer updaterState,
    List<FloatBuffer> residuals,
    double exposedSeconds) {

  /** Writes all but the state itself, which the writer takes at its end. */
  public void writeTo(CheckpointWriter writer) {
    writer.text(CheckpointFiles.CONFIGURATION, configuration);
    writer.floats(CheckpointFiles.PARAMETERS, parameters);
    writer.floats(CheckpointFiles.UPDATER, updaterState);
    for (int lane = 0; lane < residuals.size(); lane++) {
      writer.floats(CheckpointFiles.residual(lane), residuals.get(lane));
    }
  }
}
