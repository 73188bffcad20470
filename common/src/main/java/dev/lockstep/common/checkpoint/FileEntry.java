package dev.lockstep.common.checkpoint;

/**
 * One file of a checkpoint, as it was written.
 *
 * @param length in bytes
 * @param sha256 of its content
 */
public record FileEntry(String name, long length, String sha256) {}
