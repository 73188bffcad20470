package dev.lockstep.common.checkpoint;

/**
 * A checkpoint that is complete in its staging folder and waits for its commit.
 *
 * @param folder fully qualified, one that {@link StagingArea} gave
 */
public record Staged(String folder, String manifestSha256, Position position) {}
