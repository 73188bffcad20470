package dev.lockstep.common.storage;

/**
 * A file as a listing shows it.
 *
 * @param path fully qualified, scheme included
 * @param bytes its length
 * @param modifiedMillis when it was last written, in milliseconds since 1970
 */
public record FileInfo(String path, long bytes, long modifiedMillis) {}
