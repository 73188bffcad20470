package dev.lockstep.driver.hdfs;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CheckpointStore;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.storage.Storage;
import java.nio.FloatBuffer;
import java.util.List;

/** Checkpoints as rank 0 stages them, of a network whose every parameter is its epoch's number. */
record StagedCheckpoints(Storage storage, int parameters) {
  static StagedCheckpoints small(Storage storage) {
    return new StagedCheckpoints(storage, 1000);
  }

  /** A complete one for the start of an epoch. */
  Staged stage(CheckpointStore store, int epoch) {
    try (CheckpointWriter writer = begin(store, epoch)) {
      return finish(writer, epoch);
    }
  }

  /** One of which only the first vector is written. */
  CheckpointWriter begin(CheckpointStore store, int epoch) {
    CheckpointWriter writer =
        new CheckpointWriter(storage, store.staging().folder(storage, position(epoch)));
    writer.vector(VectorNames.PARAMETERS, content(epoch));
    return writer;
  }

  /** The rest of it. */
  Staged finish(CheckpointWriter writer, int epoch) {
    writer.vector(VectorNames.UPDATER, FloatBuffer.allocate(0));
    return writer.finish(
        "job",
        "data",
        List.of(),
        "{}",
        new CheckpointState(position(epoch), 0, List.of(), List.of()));
  }

  static Position position(int epoch) {
    return new Position(epoch, 0);
  }

  private FloatBuffer content(int epoch) {
    FloatBuffer content = FloatBuffer.allocate(parameters);
    while (content.hasRemaining()) {
      content.put(epoch);
    }
    return content.flip();
  }
}
