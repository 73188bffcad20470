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
   * @return to be closed where the action has nothing to end any more before the command has ended
   */
  Registration onRequest(Runnable action);

  /** An action that waits for somebody to ask. */
  interface Registration extends AutoCloseable {
    /** From here on the action is not begun any more. */
    @Override
    void close();
  }
}
