package dev.lockstep.worker.training;

import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.compute.ComputeChooser;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.Ports;
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
    DatasetManifest manifest = plan.manifest();
    int samples =
        (int) Math.min(plan.job().training().microbatchSize(), manifest.train().samples());
    Ports ports = Ports.of(plan.job().model(), manifest.schema(), network);
    ReplicaBatch batch = new ReplicaBatch(manifest.schema(), ports, samples);
    try (LaneSamples source =
        new LaneSamples(
            storage,
            plan.dataDirectory(),
            manifest.schema(),
            manifest.train(),
            BlockMemory.forEvaluation())) {
      source.start(new SampleOrder(manifest.train().blockSizes(), 1, Shuffle.NEVER, 0).epoch(1));
      source.next(0, samples, batch);
    }
    return ComputeChooser.choose(network, batch.inputs(), batch.targets());
  }
}
