package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.RunClaim.Claimed;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Drivers that want one run, and what they record of it. */
final class RunDrivers implements AutoCloseable {
  static final Storage STORAGE = new Storage(Map.of());

  private final RunDirectory run;
  private final RecordedProgress progress = new RecordedProgress();
  private final List<ReportFile> files = new ArrayList<>();

  RunDrivers(RunDirectory run) {
    this.run = run;
  }

  static JobConfig job(String name, String more) {
    String text =
        """
        job: %s
        data: {train: a.csv, label: {column: y}}
        model: {layers: [output]}
        %s
        """
            .formatted(name, more);
    return JobFile.parse(text, "the test's", STORAGE, List.of());
  }

  /** A new driver that has not yet claimed the run. */
  RunClaim claim() {
    DriverIdentity driver =
        new DriverIdentity(UUID.randomUUID().toString(), "app", "host", 1, "today");
    return new RunClaim(STORAGE, progress.with(new ManualStop()), run, driver);
  }

  /** A new driver that has claimed the run. */
  Claimed claimed(JobConfig job) {
    return (Claimed) claim().claim(job, run.data());
  }

  /** Records what becomes of a run that a driver has claimed. */
  RunRecorder recorder(Claimed claimed) {
    return recorder(claimed, Clock.systemUTC());
  }

  /** The same by a clock of the test's. */
  RunRecorder recorder(Claimed claimed, Clock clock) {
    Patience patience = Patience.of(Duration.ofMillis(1), event -> {});
    ReportFile file = new ReportFile(STORAGE, run, claimed.epoch(), patience);
    files.add(file);
    return new RunRecorder(
        file, claimed.epoch().number(), clock, claimed.description(), claimed.earlier());
  }

  @Override
  public void close() {
    files.forEach(ReportFile::close);
  }
}
