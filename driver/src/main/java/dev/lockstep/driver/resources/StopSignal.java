package dev.lockstep.driver.resources;

/** The wish of the person or scheduler outside that a running command comes to a clean end. */
public interface StopSignal {
  /** True once somebody has asked; it never becomes false again. */
  boolean requested();

  /**
   * Runs an action once somebody asks, on a thread of the signal's own, and again and again until
   * the command has ended; at once, and then again, where somebody has asked before.
   *
   * @param action brief: it starts the end and does not wait for it; harmless where it finds
   *     nothing to end
   */
  void onRequest(Runnable action);
}
