package dev.lockstep.driver.training;

import dev.lockstep.driver.resources.StopSignal;
import java.util.ArrayList;
import java.util.List;

/** A stop signal that is given once so many epochs were shown. */
final class ManualStop implements StopSignal {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean requested;
  private int epochsLeft = Integer.MAX_VALUE;

  void after(int epochs) {
    epochsLeft = epochs;
  }

  synchronized void reset() {
    requested = false;
    epochsLeft = Integer.MAX_VALUE;
    actions.clear();
  }

  synchronized void epochShown() {
    epochsLeft--;
    if (epochsLeft == 0) {
      request();
    }
  }

  /** Asks to stop, and does what is done about it once. */
  synchronized void request() {
    requested = true;
    List.copyOf(actions).forEach(Runnable::run);
  }

  /** Actions that would be done. */
  synchronized int actions() {
    return actions.size();
  }

  @Override
  public synchronized boolean requested() {
    return requested;
  }

  @Override
  public synchronized Registration onRequest(Runnable action) {
    actions.add(action);
    return () -> remove(action);
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }
}
