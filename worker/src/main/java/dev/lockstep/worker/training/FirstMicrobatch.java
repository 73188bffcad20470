package dev.lockstep.worker.training;

import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.model.Ports;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.network.Network;

/** The first microbatch of a job's data in the order of input, to try something on. */
final class FirstMicrobatch {
  private FirstMicrobatch() {}

  static ReplicaBatch read(Storage storage, TrainingPlan plan, Network network) {
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
    return batch;
  }
}
