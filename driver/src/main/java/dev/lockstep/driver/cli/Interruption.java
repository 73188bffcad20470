package dev.lockstep.driver.cli;

import dev.lockstep.driver.resources.StopSignal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stop signal of this process. Its actions are repeated until it is closed: one that comes
 * between two pieces of work would find nothing to end.
 */
final class Interruption implements StopSignal, AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean requested = new AtomicBoolean();
  private final ScheduledExecutorService stopper =
      new ScheduledThreadPoolExecutor(
          1, Interruption::stopperThread, new ThreadPoolExecutor.DiscardPolicy());

  @Override
  public boolean requested() {
    return requested.get();
  }

  @Override
  public Registration onRequest(Runnable action) {
    actions.add(action);
    if (requested()) {
      action.run();
    }
    return () -> actions.remove(action);
  }

  /**
   * Asks the running command to stop.
   *
   * @return false where it has been asked before
   */
  boolean request() {
    if (!requested.compareAndSet(false, true)) {
      return false;
    }
    var unused =
        stopper.scheduleWithFixedDelay(
            () -> actions.forEach(Interruption::attempt),
            0,
            PAUSE.toMillis(),
            TimeUnit.MILLISECONDS);
    return true;
  }

  /** Ends the repetition, once the command has come to its end. */
  @Override
  public void close() {
    stopper.shutdownNow();
  }

  private static Thread stopperThread(Runnable body) {
    Thread thread = new Thread(body, "lockstep-stop");
    thread.setDaemon(true);
    return thread;
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
