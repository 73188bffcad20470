package dev.lockstep.driver.cli;

/**
 * What standard error is connected to.
 *
 * @param interactive whether a person watches it, so that a line can be rewritten
 * @param columns characters that fit on a line
 */
record Terminal(boolean interactive, int columns) {
  static final int DEFAULT_COLUMNS = 80;

  /**
   * The terminal as {@code scripts/lockstep} describes it in the system properties {@code
   * lockstep.terminal} and {@code lockstep.columns}: Java itself cannot tell about standard error
   * alone.
   */
  static Terminal ofSystemProperties() {
    return new Terminal(
        Boolean.getBoolean("lockstep.terminal"),
        Math.max(20, Integer.getInteger("lockstep.columns", DEFAULT_COLUMNS)));
  }
}
