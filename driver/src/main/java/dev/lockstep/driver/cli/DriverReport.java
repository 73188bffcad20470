package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The report of a run that a driver elsewhere writes, as far as it can be seen from here. */
final class DriverReport {
  private static final Logger LOG = LoggerFactory.getLogger(DriverReport.class);

  private final Storage storage;
  private final RunDirectory run;
  private final Optional<RunReport> before;

  /** Looks at the report as it is before the driver starts. */
  DriverReport(Storage storage, RunDirectory run) {
    this.storage = storage;
    this.run = run;
    this.before = read();
  }

  /** The report as it is. */
  Optional<RunReport> read() {
    try {
      return storage.exists(run.report())
          ? Optional.of(Json.read(storage.readText(run.report()), RunReport.class, run.report()))
          : Optional.empty();
    } catch (LockstepException e) {
      LOG.warn("the report cannot be read from here", e);
      return Optional.empty();
    }
  }

  /**
   * The failure that the driver has written down, where it has, else what is known from outside.
   */
  LockstepException explain(LockstepException outside) {
    return read()
        .filter(report -> !before.equals(Optional.of(report)))
        .flatMap(report -> report.failure().or(report::refusal))
        .map(failure -> new LockstepException(failure.kind(), failure.message(), outside))
        .orElse(outside);
  }
}
