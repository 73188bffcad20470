package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.Occasion;
import java.util.ArrayDeque;
import java.util.Queue;

/** The rank's own thread exchanges, once it has nothing left to compute. */
public final class ExchangeInTurn implements ExchangeRunner {
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  @Override
  public void start(Runnable operation) {
    waiting.add(operation);
  }

  @Override
  public long finish(Occasion occasion) {
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
    return 0;
  }
}
