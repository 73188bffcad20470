package dev.lockstep.worker.collective;

/** How the floats of nodes are written for other JVMs. What is read is always what was written. */
public sealed interface Coding {
  /** As they lie in memory: nothing has to be copied. */
  record Plain() implements Coding {}

  /**
   * Each block of them in the shortest of several forms, which pays where most are zero, where the
   * lower half of each is zero, or where they are multiples of a number.
   *
   * @param quantum of which values may be small multiples; 0 where there is no such number
   */
  record Packed(float quantum) implements Coding {}
}
