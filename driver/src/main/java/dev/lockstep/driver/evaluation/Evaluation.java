package dev.lockstep.driver.evaluation;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.predict.TrainedRun;
import dev.lockstep.worker.evaluation.EvaluationSums;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** The command {@code evaluate}: the metrics of a run's model, computed by Spark's executors. */
public final class Evaluation {
  private final SparkSession spark;
  private final Storage storage;
  private final Progress progress;

  public Evaluation(SparkSession spark, Storage storage, Progress progress) {
    this.spark = spark;
    this.storage = storage;
    this.progress = progress;
  }

  /**
   * Evaluates a run's model.
   *
   * @param data file, folder or glob in the format of the job's data, with labels; left out, the
   *     test part of the run's prepared data
   * @throws dev.lockstep.common.failure.LockstepException of kind CONFIG where there is no model,
   *     of kind DATA where there is not one row to evaluate
   */
  public EvaluationResult evaluate(RunDirectory run, Optional<String> data) {
    return evaluate(TrainedRun.read(storage, run), run, data);
  }

  /**
   * Evaluates the model that a checkpoint of a run is.
   *
   * @see #evaluate(RunDirectory, Optional)
   */
  public EvaluationResult evaluate(RunDirectory run, String checkpoint, Optional<String> data) {
    return evaluate(TrainedRun.at(storage, run, checkpoint, progress::line), run, data);
  }

  private EvaluationResult evaluate(TrainedRun trained, RunDirectory run, Optional<String> data) {
    progress.status("evaluating " + run.root());
    Figures figures =
        data.isPresent()
            ? new RawRows(spark, storage).evaluate(trained, data.get())
            : new TestPart(spark, storage).evaluate(trained, run);
    figures.account().tell(progress, "evaluated");
    return result(run, trained.model().schema().label(), figures);
  }

  private static EvaluationResult result(RunDirectory run, LabelSchema label, Figures figures) {
    EvaluationSums sums = figures.sums();
    List<String> classes =
        label instanceof LabelSchema.Classes known ? known.names() : List.<String>of();
    return new EvaluationResult(
        run.root(),
        figures.data(),
        sums.metrics(),
        classes,
        Arrays.stream(sums.confusion()).map(row -> Arrays.stream(row).boxed().toList()).toList(),
        figures.account().bad(),
        figures.account().first().stream().map(row -> row.text()).toList());
  }
}
