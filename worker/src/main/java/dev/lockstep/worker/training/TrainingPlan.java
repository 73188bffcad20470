package dev.lockstep.worker.training;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.run.ComputePlan;

/**
 * All that a rank has to know to train, the same for every rank.
 *
 * @param dataDirectory folder of the manifest
 * @param network a MultiLayerConfiguration or ComputationGraphConfiguration as JSON
 * @param compute by which path each layer is computed
 * @param start the state that the training begins with
 */
public record TrainingPlan(
    JobConfig job,
    DatasetManifest manifest,
    String dataDirectory,
    String network,
    ComputePlan compute,
    Start start) {

  /** The plan of a training from the beginning, all by DL4J until paths are chosen. */
  public static TrainingPlan fresh(
      JobConfig job, DatasetManifest manifest, String dataDirectory, String network) {
    return new TrainingPlan(
        job, manifest, dataDirectory, network, ComputePlan.DL4J, new Start.Fresh(0));
  }

  /** The same from another state on. */
  public TrainingPlan withStart(Start other) {
    return new TrainingPlan(job, manifest, dataDirectory, network, compute, other);
  }

  /** The same on other paths. */
  public TrainingPlan withCompute(ComputePlan paths) {
    return new TrainingPlan(job, manifest, dataDirectory, network, paths, start);
  }

  /** Lanes of the job. */
  public int lanes() {
    return job.training().lanes(manifest.train().samples());
  }
}
