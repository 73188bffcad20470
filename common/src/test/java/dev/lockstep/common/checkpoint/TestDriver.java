package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** A driver with a run, and the rank that stages for it; what it is told of is kept. */
final class TestDriver {
  static final Retention KEEP_THREE = new Retention(3, 0, OptionalInt.empty(), 0);
  static final Retention KEEP_ONE = new Retention(1, 0, OptionalInt.empty(), 0);

  private static final int PARAMETERS = 7;

  final Storage storage;
  final RunDirectory run;
  final List<String> events = Collections.synchronizedList(new ArrayList<>());
  final Patience patience =
      new Patience(Duration.ofMillis(500), Duration.ofMillis(1), Duration.ofMillis(2), events::add);
  final DriverEpoch epoch;
  final CheckpointStore store;

  TestDriver(Storage storage, String run, Retention retention) {
    this.storage = storage;
    this.run = new RunDirectory(run);
    epoch =
        patience.call("claim the run", () -> DriverEpoch.claim(storage, this.run, identity("app")));
    store = CheckpointStore.open(storage, this.run, epoch, retention, patience);
  }

  static DriverIdentity identity(String application) {
    return new DriverIdentity(
        UUID.randomUUID().toString(), application, "host-1", 17, "2026-01-01T00:00:00Z");
  }

  static float[] parameters(float value) {
    float[] parameters = new float[PARAMETERS];
    Arrays.fill(parameters, value);
    return parameters;
  }

  /** Stages a checkpoint whose every parameter has one value; fails as its owner sees it. */
  Staged stage(Position position, float value) {
    try {
      return patience.call("stage", () -> tryToStage(position, value));
    } catch (LockstepException e) {
      throw store.asSeenByItsOwner(e);
    }
  }

  private Staged tryToStage(Position position, float value) {
    String folder = store.staging().folder(storage, position);
    try (CheckpointWriter writer = new CheckpointWriter(storage, folder)) {
      writer.vector(VectorNames.PARAMETERS, FloatBuffer.wrap(parameters(value)));
      writer.vector(VectorNames.UPDATER, FloatBuffer.wrap(parameters(-value)));
      return writer.finish("config", "data", List.of(), "{}", state(position));
    }
  }

  static CheckpointState state(Position position) {
    return new CheckpointState(position, 0, List.of(new LaneLoss(0.1, 3)), List.of());
  }

  CommittedCheckpoint commit(Position position, float value) {
    return store.commit(stage(position, value), Optional.empty());
  }

  /** The value of the parameters that are restored. */
  Optional<Float> restored() {
    return store.restore(events::add).map(this::value);
  }

  float value(CommittedCheckpoint checkpoint) {
    return checkpoint.open(storage).floats(VectorNames.PARAMETERS)[0];
  }
}
