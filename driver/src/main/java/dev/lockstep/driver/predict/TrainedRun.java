package dev.lockstep.driver.predict;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.model.CheckpointModel;
import dev.lockstep.driver.model.ModelFiles;
import dev.lockstep.driver.model.SavedModel;
import dev.lockstep.driver.prepare.Preprocessing;
import dev.lockstep.worker.model.InputElements;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.network.Network;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/** A run whose model can be used: its description, its network, its fitted preprocessing. */
public record TrainedRun(
    RunDescription description, SavedModel model, Preprocessing preprocessing) {

  /**
   * Opens a run.
   *
   * @throws LockstepException of kind CONFIG where there is no run or no model in it
   */
  public static TrainedRun read(Storage storage, RunDirectory run) {
    return of(description(storage, run), ModelFiles.read(storage, run), run);
  }

  /**
   * Opens a run as it was at a checkpoint.
   *
   * @param events told of damage elsewhere in the run
   * @throws LockstepException of kind CONFIG where there is no run or no such checkpoint
   */
  public static TrainedRun at(
      Storage storage, RunDirectory run, String checkpoint, Consumer<String> events) {
    RunDescription description = description(storage, run);
    return of(
        description, CheckpointModel.read(storage, description, run, checkpoint, events), run);
  }

  private static TrainedRun of(RunDescription description, SavedModel model, RunDirectory run) {
    Preprocessing preprocessing =
        Json.read(
            model.preprocessing(),
            Preprocessing.class,
            run.model() + "/" + ModelFiles.PREPROCESSING);
    return new TrainedRun(description, model, preprocessing);
  }

  /**
   * The job of a run, as it was run.
   *
   * @throws LockstepException of kind CONFIG where there is no run, of kind STORAGE where it cannot
   *     be looked at
   */
  public static RunDescription description(Storage storage, RunDirectory run) {
    if (!storage.exists(run.description())) {
      var unused = storage.names(run.root()); // which fails where nobody may look into the folder
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use run %s: there is no %s (name the folder of a run)"
              .formatted(run.root(), run.description()));
    }
    return RunDescription.read(storage, run);
  }

  /**
   * The network with the very loss that it was trained with, where the model's file has
   * Deeplearning4j's nearest one.
   */
  public Network networkAsTrained() {
    JobConfig job = description.config();
    return NetworkBuilder.build(job.model(), job.training(), model.schema())
        .network(model.network().parameters().dup());
  }

  /**
   * Sends a network of this run to Spark's tasks.
   *
   * @param network the saved one, or that {@link #networkAsTrained}
   */
  public SentNetwork send(JavaSparkContext spark, Network network) {
    InputElements inputs =
        InputElements.of(description.config().model(), model.schema(), network.inputs());
    return SentNetwork.send(spark, network, model.schema(), inputs);
  }
}
