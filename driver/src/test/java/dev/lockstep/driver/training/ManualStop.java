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

  synchronized void request() {
    requested = true;
    actions.forEach(Runnable::run);
  }

  @Override
  public synchronized boolean requested() {
    return requested;
  }

  @Override
  public synchronized void onRequest(Runnable action) {
    actions.add(action);
  }
}
