package dev.lockstep.common.storage;

/**
 * Copies of a file that was just written.
 *
 * @param made of its last block
 * @param wanted of each block
 */
public record Replicas(int made, int wanted) {
  /** How many there should be more. */
  public int missing() {
    return wanted - made;
  }
}
