package dev.lockstep.driver.training;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.training.Training.Existing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Trains the jobs of {@code conf/} in this JVM. */
record SampleJobs(SparkSession spark, RecordedProgress progress, ManualStop stop) {
  private static final Path CONF = Path.of(System.getProperty("lockstep.root"), "conf");
  private static final Storage STORAGE = new Storage(Map.of());

  /** Trains in a directory of its own, or goes on there. */
  RunReport train(String file, String root, String... overrides) {
    return training().run(job(file, overrides), new RunDirectory(root), Existing.KEEP);
  }

  Training training() {
    return new Training(spark, STORAGE, progress.with(stop), stop, Clock.systemUTC());
  }

  /**
   * A job of conf/, whose paths are relative to the root of the project; skips the test where its
   * data is not there.
   */
  static JobConfig job(String file, String... overrides) {
    List<String> all = new ArrayList<>();
    JobConfig asShipped = JobFile.read(STORAGE, CONF.resolve(file).toString(), List.of());
    Path train = CONF.getParent().resolve(asShipped.data().train());
    assumeTrue(Files.exists(train), "skipped: there is no " + asShipped.data().train());
    all.add("data.train=" + train);
    all.addAll(Arrays.asList(overrides));
    return JobFile.read(STORAGE, CONF.resolve(file).toString(), all);
  }

  /** What a run says of itself. */
  RunReport report(RunDirectory run) {
    return Json.read(STORAGE.readText(run.report()), RunReport.class, run.report());
  }
}
