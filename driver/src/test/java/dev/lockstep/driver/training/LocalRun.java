package dev.lockstep.driver.training;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.driver.prepare.LocalSpark;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a test has that trains in Spark's local mode: eight slots, and a run of its own. */
abstract class LocalRun {
  static SparkSession spark;

  @TempDir Path directory;
  RunDirectory run;
  final RecordedProgress progress = new RecordedProgress();
  final ManualStop stop = new ManualStop();
  final SampleJobs jobs = new SampleJobs(spark, progress, stop);

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.session("local[8]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  final void nameRun() {
    run = new RunDirectory(directory.resolve("run").toString());
  }
}
