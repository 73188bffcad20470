package dev.lockstep.common.checkpoint;

/**
 * One vector of a checkpoint, as it was written.
 *
 * @param offset of its first byte in the checkpoint's file
 * @param length in bytes
 * @param sha256 of those bytes
 */
public record VectorEntry(String name, long offset, long length, String sha256) {
  /** The offset of what follows it. */
  long end() {
    return offset + length;
  }
}
