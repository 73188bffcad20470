package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.model.Ports;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nd4j.linalg.dataset.DataSet;

/** Leaves a network and samples of a plan where the baseline program reads them. */
final class Dl4jInput {
  private static final long CACHE_BYTES = 64 << 20;

  private Dl4jInput() {}

  /**
   * Writes {@code network.json} and {@code minibatches/}, one saved DataSet a file.
   *
   * @param minibatches so many full ones; where the plan has fewer, but one at least, they come
   *     again in their order
   */
  static void write(Storage storage, TrainingPlan plan, int minibatches, Path folder) {
    try {
      Files.createDirectories(folder.resolve("minibatches"));
      Files.writeString(folder.resolve("network.json"), plan.network());
      writeMinibatches(storage, plan, minibatches, folder.resolve("minibatches"));
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.STORAGE, "Cannot write to %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static void writeMinibatches(
      Storage storage, TrainingPlan plan, int minibatches, Path folder) {
    var manifest = plan.manifest();
    var order = new SampleOrder(manifest.train().blockSizes(), 1, Shuffle.NEVER, 0);
    try (Replica replica = new Replica(plan.network(), ComputePlan.DL4J);
        LaneSamples samples =
            new LaneSamples(
                storage, plan.dataDirectory(), manifest.schema(), manifest.train(), CACHE_BYTES)) {
      Ports ports = Ports.of(plan.job().model(), manifest.schema(), replica.network());
      ReplicaBatch batch = new ReplicaBatch(manifest.schema(), ports, ScalingPlans.SAMPLES);
      int available = (int) (manifest.train().samples() / ScalingPlans.SAMPLES);
      for (int i = 0; i < minibatches; i++) {
        if (i % available == 0) {
          samples.start(order.epoch(1));
        }
        samples.next(0, ScalingPlans.SAMPLES, batch);
        new DataSet(batch.inputs()[0], batch.targets()[0])
            .save(folder.resolve("%05d.bin".formatted(i)).toFile());
      }
    }
  }
}
