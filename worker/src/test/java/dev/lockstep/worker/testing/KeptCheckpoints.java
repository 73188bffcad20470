package dev.lockstep.worker.testing;

import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.training.CheckpointSink;
import dev.lockstep.worker.training.Start;
import dev.lockstep.worker.training.StateCopy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Writes checkpoints as rank 0 does, into a folder, and knows the last one. */
public final class KeptCheckpoints implements CheckpointSink {
  private static final Storage STORAGE = new Storage(Map.of());

  private final Path directory;
  private int stored;
  private Optional<Staged> last = Optional.empty();

  public KeptCheckpoints(Path directory) {
    this.directory = directory.resolve(UUID.randomUUID().toString());
  }

  @Override
  public synchronized void store(StateCopy copy) {
    String folder = directory.resolve("c" + ++stored).toString();
    try (CheckpointWriter writer = new CheckpointWriter(STORAGE, folder)) {
      copy.vectors().forEach(writer::vector);
      last =
          Optional.of(
              writer.finish("config", "data", List.of(), copy.configuration(), copy.state()));
    }
  }

  /** What to go on from: the last checkpoint, or the beginning. */
  public synchronized Start start() {
    return last.<Start>map(
            staged -> new Start.Checkpoint(staged.folder(), staged.manifestSha256(), 0))
        .orElseGet(() -> new Start.Fresh(0));
  }

  /** The last checkpoint. */
  public synchronized StoredCheckpoint last() {
    Staged staged = last.orElseThrow();
    return StoredCheckpoint.open(STORAGE, staged.folder(), staged.manifestSha256());
  }

  /** How many there were. */
  public synchronized int stored() {
    return stored;
  }
}
