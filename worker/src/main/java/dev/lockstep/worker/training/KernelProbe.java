package dev.lockstep.worker.training;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.model.Replica;

/**
 * Shows by which kernels this JVM computes: by the bits of a gradient, since libraries choose their
 * kernels by the processor, and kernels differ in the order in which they add up.
 */
final class KernelProbe {
  /** Seed of what is random in the pass. */
  private static final long RANDOM_KEY = 1;

  private KernelProbe() {}

  /**
   * Digest of the gradient of the first microbatch of a plan's data: the same for the same data and
   * parameters, unless kernels differ. It is left in the replica.
   */
  static String digest(Storage storage, TrainingPlan plan, Replica replica) {
    replica.computeGradient(FirstMicrobatch.read(storage, plan, replica.network()), RANDOM_KEY);
    return replica.gradientSha256();
  }
}
