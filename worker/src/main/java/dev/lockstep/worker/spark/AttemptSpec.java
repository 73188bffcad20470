package dev.lockstep.worker.spark;

import dev.lockstep.common.storage.StorageSettings;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.training.Start;
import java.io.Serializable;

/**
 * What the driver sends to the ranks of an attempt: plain text only, since no object of Lockstep or
 * DL4J travels through Java serialisation.
 *
 * @param run names the run among all that a JVM may serve
 * @param attempt counted from 1
 * @param job the job's configuration as JSON
 * @param manifest of the prepared dataset as JSON
 * @param dataDirectory folder of the manifest
 * @param network a MultiLayerConfiguration or ComputationGraphConfiguration as JSON
 * @param compute by which path each layer is computed, as JSON
 * @param start the state that the training begins with
 * @param runRoot directory of the run, where rank 0 leaves its checkpoints for the driver
 * @param driverEpoch of the driver that commits them
 * @param digests of job and data, which every checkpoint names
 * @param endpoint name of the driver's RPC endpoint
 * @param storage how ranks open the driver's file systems
 * @param key secret of the attempt
 * @param wire how vectors travel between executors
 */
public record AttemptSpec(
    String run,
    int attempt,
    int worldSize,
    String job,
    String manifest,
    String dataDirectory,
    String network,
    String compute,
    Start start,
    String runRoot,
    int driverEpoch,
    Digests digests,
    String endpoint,
    StorageSettings storage,
    AttemptKey key,
    Wire wire)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * What a checkpoint belongs to.
   *
   * @param config digest of the job
   * @param data digest of the dataset's manifest
   */
  public record Digests(String config, String data) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Leaves out what may be secret or is long. */
  @Override
  public String toString() {
    return "attempt %d of %s with %d ranks".formatted(attempt, run, worldSize);
  }
}
