package dev.lockstep.worker.collective;

/**
 * How long the thread of a rank waits awake before it sleeps. To sleep and be woken takes longer
 * than ranks in step are apart, but who waits awake needs a core that nobody else has a use for.
 */
public enum Spin {
  /** Ranks have to share cores. */
  NONE(0),
  /** Somebody else may have a use for the core, such as ranks of other JVMs. */
  BRIEF(200_000),
  /** Every rank there is can have a core of its own. */
  LONG(5_000_000);

  private final long nanos;

  Spin(long nanos) {
    this.nanos = nanos;
  }

  /**
   * What suits a rank's thread.
   *
   * @param jvmRanks ranks of this JVM
   * @param worldSize ranks of all JVMs
   * @param cores of the host
   */
  static Spin of(int jvmRanks, int worldSize, int cores) {
    if (worldSize <= cores) {
      return LONG;
    }
    return jvmRanks <= cores ? BRIEF : NONE;
  }

  /** Nanoseconds. */
  public long nanos() {
    return nanos;
  }
}
