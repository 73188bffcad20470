package dev.lockstep.common.storage;

/**
 * How many copies of a file were made while it was written.
 *
 * @param fewest of any of its blocks
 * @param wanted by the settings of the file system
 */
public record Replicas(int fewest, int wanted) {
  /** How many a file lacks in its weakest block. */
  public int missing() {
    return wanted - fewest;
  }

  /** Such as {@code 1 of 2 replicas}. */
  public String text() {
    return "%d of %d replicas".formatted(fewest, wanted);
  }
}
