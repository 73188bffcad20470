package dev.lockstep.common.checkpoint;

import dev.lockstep.common.storage.Replicas;

/**
 * A checkpoint that is complete in its staging folder and waits for its commit.
 *
 * @param folder fully qualified, one that {@link StagingArea} gave
 * @param replicas of its file
 */
public record Staged(String folder, String manifestSha256, Position position, Replicas replicas) {}
