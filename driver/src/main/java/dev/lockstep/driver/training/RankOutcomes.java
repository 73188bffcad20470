package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.worker.spark.RankOutcome;
import dev.lockstep.worker.spark.RankOutcome.Failed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Takes in the outcomes of an attempt's ranks as they come. Where one has failed, the others fail
 * too as soon as they hear of it; a rank that does not, since its process is stopped, stuck or out
 * of reach, would keep the stage for ever, so after a while something is done about it, on a thread
 * named {@code lockstep-unwinding}.
 */
final class RankOutcomes extends AbstractFunction2<Object, RankOutcome, BoxedUnit>
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RankOutcomes.class);

  private final int ranks;
  private final Duration unwinding;
  private final Runnable endOthers;
  private final List<RankOutcome> arrived = new ArrayList<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          body -> {
            Thread thread = new Thread(body, "lockstep-unwinding");
            thread.setDaemon(true);
            return thread;
          });
  private boolean watched;

  /**
   * @param unwinding how long ranks may take to end after another has failed
   * @param endOthers ends those that have taken longer
   */
  RankOutcomes(int ranks, Duration unwinding, Runnable endOthers) {
    this.ranks = ranks;
    this.unwinding = unwinding;
    this.endOthers = endOthers;
  }

  @Override
  public BoxedUnit apply(Object partition, RankOutcome outcome) {
    add(outcome);
    return BoxedUnit.UNIT;
  }

  /** The outcomes that have come. */
  synchronized List<RankOutcome> arrived() {
    return List.copyOf(arrived);
  }

  /** Whether some rank has said why it failed. */
  synchronized boolean hasFailure() {
    return arrived.stream().anyMatch(Failed.class::isInstance);
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private synchronized void add(RankOutcome outcome) {
    arrived.add(outcome);
    if (!watched && arrived.size() < ranks && keepsOthersFromGoingOn(outcome)) {
      watched = true;
      Future<?> unused = watch.schedule(this::endThem, unwinding.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** A rank that ends on request leaves rank 0 alone with the last checkpoint. */
  private static boolean keepsOthersFromGoingOn(RankOutcome outcome) {
    return outcome instanceof Failed failed && failed.kind() != FailureKind.INTERRUPTED;
  }

  private void endThem() {
    LOG.warn("a rank failed, and others have not ended {} s after it", unwinding.toSeconds());
    try {
      endOthers.run();
    } catch (RuntimeException e) {
      LOG.error("ranks that do not end cannot be ended", e);
    }
  }
}
