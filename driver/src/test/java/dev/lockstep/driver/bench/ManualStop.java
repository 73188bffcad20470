package dev.lockstep.driver.bench;

import dev.lockstep.driver.resources.StopSignal;
import java.util.ArrayList;
import java.util.List;

/** A stop that comes when the test says so. */
public final class ManualStop implements StopSignal {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean requested;

  @Override
  public boolean requested() {
    return requested;
  }

  @Override
  public Registration onRequest(Runnable action) {
    actions.add(action);
    return () -> actions.remove(action);
  }

  /** Asks for the stop, once. */
  public void request() {
    requested = true;
    actions.forEach(Runnable::run);
  }
}
