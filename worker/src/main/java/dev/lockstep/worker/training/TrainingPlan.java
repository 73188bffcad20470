package dev.lockstep.worker.training;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.data.DatasetManifest;

/**
 * All that a rank has to know to train, the same for every rank.
 *
 * @param dataDirectory folder of the manifest
 * @param network a MultiLayerConfiguration or ComputationGraphConfiguration as JSON
 * @param start the state that the training begins with
 */
public record TrainingPlan(
    JobConfig job, DatasetManifest manifest, String dataDirectory, String network, Start start) {

  /** Lanes of the job. */
  public int lanes() {
    return job.training().lanes(manifest.train().samples());
  }
}
