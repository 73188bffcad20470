package dev.lockstep.common.run;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The figures of a run: what {@code report.json} holds, rewritten after every epoch.
 *
 * @param worldSize ranks of the last attempt
 * @param parametersSha256 of the final parameters as little-endian float32, once there are any
 * @param steps optimizer updates done, of an unfinished epoch up to its last checkpoint
 * @param samplesSeen in those steps
 * @param attempts of all drivers of the run together
 * @param wallSeconds of all drivers of the run together
 * @param compute by which path each layer is computed, once that is chosen
 * @param test metrics on the test split at the end, where there is one
 * @param failure that has ended the run
 * @param refusal why the last command on a run that has come to its end did not get to train on;
 *     the figures are those of before
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
    Optional<FailureReport> failure,
    Optional<FailureReport> refusal) {
  public RunReport {
    epochs = List.copyOf(epochs);
    events = List.copyOf(events);
  }

  /** The same figures, and why a later command did not get to train on. */
  public RunReport withRefusal(FailureReport why, RunEvent event) {
    return new RunReport(
        status,
        job,
        configDigest,
        lanes,
        worldSize,
        attempts,
        parameters,
        compute,
        parametersSha256,
        steps,
        samplesSeen,
        wallSeconds,
        epochs,
        test,
        checkpoints,
        Stream.concat(events.stream(), Stream.of(event)).toList(),
        failure,
        Optional.of(why));
  }
}
