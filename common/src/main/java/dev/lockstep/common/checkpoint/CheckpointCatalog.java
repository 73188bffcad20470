package dev.lockstep.common.checkpoint;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The checkpoints of a run for those who only read it; nothing is claimed or written. */
public record CheckpointCatalog(Storage storage, RunDirectory run) {
  /**
   * The checkpoints that the log names and has not retired, in the order of their commits.
   *
   * @param events told of each damaged entry of the log, which is left out
   */
  public List<CommittedCheckpoint> list(Consumer<String> events) {
    return history(events).living(run);
  }

  /**
   * Whether nothing of the run's training is left that it would go on from: neither a checkpoint,
   * nor that it was taken back to its very beginning.
   */
  public boolean isEmpty(Consumer<String> events) {
    LogHistory history = history(events);
    return history.living(run).isEmpty() && history.rollbacksTo(Optional.empty()) == 0;
  }

  private LogHistory history(Consumer<String> events) {
    return new LogReader(storage, run).read(LogHistory.EMPTY, events);
  }
}
