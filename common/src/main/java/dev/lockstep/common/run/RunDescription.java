package dev.lockstep.common.run;

import dev.lockstep.common.config.JobConfig;
import java.util.Optional;

/**
 * The job as it is run: what {@code run.json} holds.
 *
 * @param owner random name of the driver that holds the run; a driver that finds another has lost
 *     it
 * @param configDigest SHA-256 over all that decides the weights, without the cluster section
 * @param dataDigest SHA-256 of the dataset's manifest, once it is prepared
 * @param data folder of the prepared dataset
 */
public record RunDescription(
    int formatVersion,
    String owner,
    String job,
    String configDigest,
    Optional<String> dataDigest,
    String data,
    JobConfig config) {
  public static final int FORMAT_VERSION = 1;
}
