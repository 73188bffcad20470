package dev.lockstep.common.run;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.Optional;

/**
 * The job as it is run: what {@code run.json} holds.
 *
 * @param configDigest SHA-256 over all that decides the weights, without the cluster section
 * @param dataDigest SHA-256 of the dataset's manifest, once it is prepared
 * @param data folder of the prepared dataset
 * @param compute by which path each layer is computed, once that is chosen
 */
public record RunDescription(
    int formatVersion,
    String job,
    String configDigest,
    Optional<String> dataDigest,
    String data,
    Optional<ComputePlan> compute,
    JobConfig config) {
  public static final int FORMAT_VERSION = 4;

  /** In place of a path: the data is in the run's own folder, wherever the run is. */
  private static final String OWN_DATA = "data";

  /**
   * Reads the description of a run.
   *
   * @throws dev.lockstep.common.failure.LockstepException of kind STORAGE where it is damaged or a
   *     newer Lockstep has written it
   */
  public static RunDescription read(Storage storage, RunDirectory run) {
    String json = storage.readText(run.description());
    Json.requireFormat(json, 1, FORMAT_VERSION, run.description());
    RunDescription found = Json.read(json, RunDescription.class, run.description());
    return found.data.equals(OWN_DATA) ? found.withDataIn(storage.qualify(run.data())) : found;
  }

  /** What {@code run.json} is to hold; a run with data of its own can be moved. */
  public String json(Storage storage, RunDirectory run) {
    boolean own = data.equals(storage.qualify(run.data()));
    return Json.write(own ? withDataIn(OWN_DATA) : this);
  }

  /** The same run with what a later command may change: epochs, cluster and checkpoints. */
  public RunDescription continuedAs(RunDescription wanted) {
    return new RunDescription(
        formatVersion, wanted.job, wanted.configDigest, dataDigest, data, compute, wanted.config);
  }

  private RunDescription withDataIn(String folder) {
    return new RunDescription(
        FORMAT_VERSION, job, configDigest, dataDigest, folder, compute, config);
  }

  /** The same run with the data that it trains on. */
  public RunDescription withData(String digest) {
    return new RunDescription(
        formatVersion, job, configDigest, Optional.of(digest), data, compute, config);
  }

  /** The same run with the paths by which it is computed. */
  public RunDescription withCompute(ComputePlan plan) {
    return new RunDescription(
        formatVersion, job, configDigest, dataDigest, data, Optional.of(plan), config);
  }
}
