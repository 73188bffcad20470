package dev.lockstep.worker.training;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.data.Split;
import dev.lockstep.worker.data.Prefetcher;
import dev.lockstep.worker.data.Prefetcher.Request;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.ReplicaBatch;
import java.util.List;

/**
 * Shows by which kernels this JVM computes: by the bits of a gradient, since libraries choose their
 * kernels by the processor, and kernels differ in the order in which they add up.
 */
final class KernelProbe {
  /** Seed of what is random in the pass. */
  private static final long RANDOM_KEY = 1;

  private KernelProbe() {}

  /**
   * Digest of the gradient of the first microbatch in the order of input: the same for the same
   * data and parameters, unless kernels differ. The gradient is left in the replica.
   *
   * @param prefetcher that reads the training split, and nothing else yet
   */
  static String digest(
      Split train, int microbatchSize, Prefetcher<ReplicaBatch> prefetcher, Replica replica) {
    EpochOrder order = new SampleOrder(train.blockSizes(), 1, Shuffle.NEVER, 0).epoch(1);
    int samples = (int) Math.min(microbatchSize, train.samples());
    prefetcher.start(order, 0, List.of(new Request(0, samples)).iterator());
    ReplicaBatch batch = prefetcher.take();
    replica.computeGradient(batch, RANDOM_KEY);
    prefetcher.release(batch);
    return replica.gradientSha256();
  }
}
