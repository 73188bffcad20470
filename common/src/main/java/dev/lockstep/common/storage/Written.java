package dev.lockstep.common.storage;

/**
 * A file as it was written.
 *
 * @param length in bytes
 * @param sha256 of its content
 */
public record Written(long length, String sha256) {}
