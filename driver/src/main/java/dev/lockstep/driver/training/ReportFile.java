package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run's report is written, by the one driver that has the run. All is written on a thread
 * of its own named {@code lockstep-reporter}, in the order in which it came: a file system that
 * hangs must not keep those waiting who tell of the training.
 */
final class ReportFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReportFile.class);
  private static final Duration LEAVING = Duration.ofSeconds(2);

  private final Storage storage;
  private final RunDirectory run;
  private final DriverEpoch epoch;
  private final Patience patience;
  private final AtomicReference<RunReport> next = new AtomicReference<>();
  private final OwnThread reporter = new OwnThread("lockstep-reporter");
  private volatile Optional<LockstepException> fenced = Optional.empty();

  /**
   * @param patience with a file system that is away when the final report is written
   */
  ReportFile(Storage storage, RunDirectory run, DriverEpoch epoch, Patience patience) {
    this.storage = storage;
    this.run = run;
    this.epoch = epoch;
    this.patience = patience;
  }

  /**
   * Replaces the report.
   *
   * @throws LockstepException of kind FENCED where another driver has the run
   */
  void write(RunReport report) {
    await(() -> replace(report));
  }

  /** Replaces the report, and waits for a file system that is away. */
  void writePatiently(RunReport report) {
    await(() -> patience.run("write the report", () -> replace(report)));
  }

  /**
   * Replaces the report soon, without waiting for it. A report that comes before an earlier one is
   * begun takes its place. The storage's failures are left to the next report.
   *
   * @throws LockstepException of kind FENCED where an earlier one found that another driver has the
   *     run
   */
  void writeSoon(RunReport report) {
    if (fenced.isPresent()) {
      throw fenced.get();
    }
    if (next.getAndSet(report) == null) {
      try {
        reporter.later(this::replaceByNext);
      } catch (RejectedExecutionException e) {
        LOG.info("what came after the end is not reported");
      }
    }
  }

  /** Gives up what is not written. */
  @Override
  public void close() {
    if (!reporter.endsWithin(LEAVING)) {
      LOG.warn("the report is still being written {} s after the end", LEAVING.toSeconds());
    }
  }

  private void replace(RunReport report) {
    epoch.require();
    storage.writeAtomically(run.report(), Json.write(report));
  }

  private void replaceByNext() {
    try {
      replace(next.getAndSet(null));
    } catch (LockstepException e) {
      if (e.kind() == FailureKind.FENCED) {
        fenced = Optional.of(e);
      }
      LOG.warn("The report is not up to date: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("The report is not up to date", e);
    }
  }

  private void await(Runnable action) {
    var unused =
        reporter.inTurn(
            "Interrupted while the report in %s was written".formatted(run.report()),
            Executors.callable(action));
  }
}
