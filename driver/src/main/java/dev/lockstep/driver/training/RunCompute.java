package dev.lockstep.driver.training;

import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.PreparedDataset;
import dev.lockstep.driver.training.RunClaim.Claimed;
import dev.lockstep.worker.model.NetworkBuilder;
import dev.lockstep.worker.training.ComputeTrial;
import dev.lockstep.worker.training.TrainingPlan;

/** Sees to it that a run is computed by the same paths from beginning to end. */
record RunCompute(Storage storage, RunDirectory run, Claimed claimed, RunRecorder recorder) {
  /**
   * The paths that the run began with; chosen and noted where it begins.
   *
   * @param description of the run with its data
   */
  ComputePlan of(RunDescription description, PreparedDataset dataset) {
    ComputePlan plan = description.compute().orElseGet(() -> choose(description, dataset));
    recorder.compute(plan);
    return plan;
  }

  private ComputePlan choose(RunDescription description, PreparedDataset dataset) {
    var job = description.config();
    String network =
        NetworkBuilder.build(job.model(), job.training(), dataset.manifest().schema()).toJson();
    TrainingPlan plan = TrainingPlan.fresh(job, dataset.manifest(), dataset.directory(), network);
    ComputePlan chosen = ComputeTrial.choose(storage, plan).compute();
    claimed.epoch().require();
    storage.writeAtomically(run.description(), description.withCompute(chosen).json(storage, run));
    return chosen;
  }
}
