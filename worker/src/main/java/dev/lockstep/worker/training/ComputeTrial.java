package dev.lockstep.worker.training;

import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.compute.ComputeChooser;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;

/** Chooses by which paths a plan's network is computed, on the first microbatch of its data. */
public final class ComputeTrial {
  private ComputeTrial() {}

  /**
   * The plan on the paths that its job asks for.
   *
   * @param plan whose own paths do not matter
   */
  public static TrainingPlan choose(Storage storage, TrainingPlan plan) {
    NativeThreads.useOnePerOperation();
    Network network = NetworkConfiguration.ofJson(plan.network()).network();
    return plan.withCompute(
        switch (plan.job().training().compute()) {
          case DL4J -> ComputeChooser.stock(network);
          case AUTO -> tried(storage, plan, network);
        });
  }

  private static ComputePlan tried(Storage storage, TrainingPlan plan, Network network) {
    ReplicaBatch batch = FirstMicrobatch.read(storage, plan, network);
    return ComputeChooser.choose(network, batch.inputs(), batch.targets());
  }
}
