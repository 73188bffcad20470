package dev.lockstep.common.run;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.Optional;

/**
 * The job as it is run: what {@code run.json} holds.
 *
 * @param configDigest SHA-256 over all that decides the weights, without the cluster section
 * @param dataDigest SHA-256 of the dataset's manifest, once it is prepared
 * @param data folder of the prepared dataset
 */
public record RunDescription(
    int formatVersion,
    String job,
    String configDigest,
    Optional<String> dataDigest,
    String data,
    JobConfig config) {
  public static final int FORMAT_VERSION = 2;

  /**
   * Reads the description of a run.
   *
   * @throws LockstepException of kind CONFIG where another version of Lockstep has written it
   */
  public static RunDescription read(Storage storage, RunDirectory run) {
    String json = storage.readText(run.description());
    int version = Json.version(json, run.description());
    if (version != FORMAT_VERSION) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use run %s: its format version is %d, this is version %d (use the Lockstep that wrote it, or --new-run)"
              .formatted(run.root(), version, FORMAT_VERSION));
    }
    return Json.read(json, RunDescription.class, run.description());
  }

  /** The same run with what a later command may change: epochs, cluster and checkpoints. */
  public RunDescription continuedAs(RunDescription wanted) {
    return new RunDescription(
        formatVersion, wanted.job, wanted.configDigest, dataDigest, data, wanted.config);
  }

  /** The same run with the data that it trains on. */
  public RunDescription withData(String digest) {
    return new RunDescription(
        formatVersion, job, configDigest, Optional.of(digest), data, config);
  }
}
