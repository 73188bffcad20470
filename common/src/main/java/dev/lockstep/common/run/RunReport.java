package dev.lockstep.common.run;

import java.util.List;
import java.util.Optional;

/**
 * The figures of a run: what {@code report.json} holds, rewritten after every epoch.
 *
 * @param worldSize ranks of the last attempt
 * @param parametersSha256 of the final parameters as little-endian float32, once there are any
 * @param steps optimizer updates done
 * @param attempts of all drivers of the run together
 * @param wallSeconds of all drivers of the run together
 * @param compute by which path each layer is computed, once that is chosen
 * @param test metrics on the test split at the end, where there is one
 */
public record RunReport(
    RunStatus status,
    String job,
    String configDigest,
    int lanes,
    int worldSize,
    int attempts,
    long parameters,
    Optional<ComputePlan> compute,
    Optional<String> parametersSha256,
    long steps,
    long samplesSeen,
    double wallSeconds,
    List<EpochReport> epochs,
    Optional<Metrics> test,
    CheckpointTimes checkpoints,
    List<RunEvent> events,
    Optional<FailureReport> failure) {
  public RunReport {
    epochs = List.copyOf(epochs);
    events = List.copyOf(events);
  }
}
