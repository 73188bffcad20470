package dev.lockstep.driver.cli;

import dev.lockstep.driver.resources.StopSignal;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stop signal of this process. */
final class Interruption implements StopSignal {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean requested;

  @Override
  public synchronized boolean requested() {
    return requested;
  }

  @Override
  public void onRequest(Runnable action) {
    synchronized (this) {
      if (!requested) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /**
   * Asks the running command to stop.
   *
   * @return false where it has been asked before
   */
  boolean request() {
    List<Runnable> due;
    synchronized (this) {
      if (requested) {
        return false;
      }
      requested = true;
      due = List.copyOf(actions);
    }
    Thread stopper = new Thread(() -> due.forEach(Interruption::attempt), "lockstep-stop");
    stopper.setDaemon(true);
    stopper.start();
    return true;
  }

  /** One action that fails must not keep the others from being tried. */
  private static void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      logger().warn("An action at the request to stop failed", e);
    }
  }

  private static Logger logger() {
    return LoggerFactory.getLogger(Interruption.class);
  }
}
