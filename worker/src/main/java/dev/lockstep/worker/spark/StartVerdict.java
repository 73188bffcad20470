package dev.lockstep.worker.spark;

import dev.lockstep.common.failure.FailureKind;
import java.util.List;
import java.util.Optional;

/**
 * What the driver makes of ranks that are ready to train: they begin, or the attempt has to end. It
 * is sent as JSON, as a {@link CheckpointVerdict} is.
 *
 * @param end why the attempt has to end
 * @param message a sentence; empty where the ranks begin
 * @param kernels digests of all kernels that will have had a part in the attempt's checkpoints
 */
public record StartVerdict(Optional<FailureKind> end, String message, List<String> kernels) {
  public StartVerdict {
    kernels = List.copyOf(kernels);
  }

  /** The ranks begin. */
  public static StartVerdict begin(List<String> kernels) {
    return new StartVerdict(Optional.empty(), "", kernels);
  }

  /** The attempt has to end. */
  public static StartVerdict end(FailureKind kind, String message) {
    return new StartVerdict(Optional.of(kind), message, List.of());
  }
}
