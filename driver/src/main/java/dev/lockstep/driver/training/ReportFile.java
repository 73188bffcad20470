package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;

/** Where a run's report is written, by the one driver that has the run. */
record ReportFile(Storage storage, RunDirectory run, DriverEpoch epoch, Patience patience) {
  /**
   * Replaces the report.
   *
   * @throws dev.lockstep.common.failure.LockstepException of kind FENCED where another driver has
   *     the run
   */
  void write(RunReport report) {
    epoch.require();
    storage.writeAtomically(run.report(), Json.write(report));
  }

  /** Replaces the report, and waits for a file system that is away. */
  void writePatiently(RunReport report) {
    patience.run("write the report", () -> write(report));
  }
}
