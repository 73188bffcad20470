package dev.lockstep.driver.bench.recovery;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.process.ParentLink;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.driver.training.Training;
import dev.lockstep.driver.training.Training.Existing;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A JVM with a Spark of its own that trains whole runs, one after the other, and deletes them. */
final class CheckpointWorker {
  private static final Progress SILENT =
      new Progress() {
        @Override
        public void status(String text) {}

        @Override
        public void line(String text) {}
      };

  private final Storage storage = new Storage(Map.of());
  private final ParentLink parent;

  private CheckpointWorker(ParentLink parent) {
    this.parent = parent;
  }

  /**
   * A run to train.
   *
   * @param master of Spark, the same in every order
   * @param job path of the job's file
   * @param overrides of its settings, each {@code key=value}
   * @param directory of the run
   */
  record Order(String master, String job, List<String> overrides, String directory) {
    Order {
      overrides = List.copyOf(overrides);
    }
  }

  /**
   * What a run took.
   *
   * @param seconds of all epochs, and of all that the training stood still for checkpoints
   * @param exposedSeconds of them, that it stood still for checkpoints
   * @param taken checkpoints, the one of the end included, which every run has
   */
  record Pace(double seconds, double exposedSeconds, long taken, String parametersSha256) {
    private static Pace of(RunReport report) {
      double exposed = report.checkpoints().exposedSeconds();
      return new Pace(
          report.epochs().stream().mapToDouble(EpochReport::seconds).sum() + exposed,
          exposed,
          report.checkpoints().taken(),
          report.parametersSha256().orElseThrow());
    }

    double exposedMillis() {
      return exposedSeconds * 1000 / taken;
    }
  }

  /** A JVM that trains; told all that it needs to know by its parent. */
  public static void main(String[] arguments) {
    ParentLink.serve(parent -> new CheckpointWorker(parent).run());
  }

  /** Obeys until the parent ends the process. */
  private void run() {
    Order order = parent.next(Order.class);
    try (SparkSession spark = SparkSessions.open(order.master(), "bench-checkpoints")) {
      while (true) {
        parent.answer(train(spark, order));
        order = parent.next(Order.class);
      }
    }
  }

  private Pace train(SparkSession spark, Order order) {
    JobConfig job = JobFile.read(storage, order.job(), order.overrides());
    RunDirectory run = new RunDirectory(order.directory());
    RunReport report =
        new Training(spark, storage, SILENT, new Killed(), Clock.systemUTC())
            .run(job, run, Existing.KEEP);
    storage.delete(run.root());
    return Pace.of(report);
  }

  /** The parent asks for no clean end: it kills the process. */
  private static final class Killed implements StopSignal {
    @Override
    public boolean requested() {
      return false;
    }

    @Override
    public Registration onRequest(Runnable action) {
      return () -> {};
    }
  }
}
