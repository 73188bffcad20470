package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointState;
import java.nio.FloatBuffer;

/**
 * What a checkpoint holds, apart from the memory that the training goes on to change.
 *
 * @param configuration of the network as JSON
 * @param parameters flat, as the replica has them
 * @param updaterState flat, as the replica has it
 * @param exposedSeconds for which the training stood still for the copy
 */
public record StateCopy(
    CheckpointState state,
    String configuration,
    FloatBuffer parameters,
    FloatBuffer updaterState,
    double exposedSeconds) {}
