package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointState;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * What a checkpoint holds, apart from the memory that the training goes on to change.
 *
 * @param configuration of the network as JSON
 * @param vectors by name, in the order in which they are written
 * @param exposedSeconds for which the training stood still for the copy
 */
public record StateCopy(
    CheckpointState state,
    String configuration,
    Map<String, FloatBuffer> vectors,
    double exposedSeconds) {}
