package dev.lockstep.common.checkpoint;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.function.Consumer;

/** The checkpoints of a run for those who only read it; nothing is claimed or written. */
public record CheckpointCatalog(Storage storage, RunDirectory run) {
  /**
   * The checkpoints that the log names and has not retired, in the order of their commits.
   *
   * @param events told of each damaged entry of the log, which is left out
   */
  public List<CommittedCheckpoint> list(Consumer<String> events) {
    return new LogReader(storage, run).read(LogHistory.EMPTY, events).living(run);
  }
}
