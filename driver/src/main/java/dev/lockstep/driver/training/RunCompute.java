package dev.lockstep.driver.training;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.training.ComputeTrial;
import dev.lockstep.worker.training.TrainingPlan;

/** Sees to it that a run is computed by the same paths from beginning to end. */
record RunCompute(Storage storage) {
  /** The paths that the run began with; chosen where it begins. */
  ComputePlan of(Claimed claimed, PreparedDataset dataset) {
    return claimed
        .description()
        .compute()
        .or(() -> claimed.earlier().flatMap(RunReport::compute))
        .orElseGet(() -> choose(claimed.description().config(), dataset));
  }

  private ComputePlan choose(JobConfig job, PreparedDataset dataset) {
    String network =
        NetworkBuilder.build(job.model(), job.training(), dataset.manifest().schema()).toJson();
    TrainingPlan plan = TrainingPlan.fresh(job, dataset.manifest(), dataset.directory(), network);
    return ComputeTrial.choose(storage, plan).compute();
  }
}
