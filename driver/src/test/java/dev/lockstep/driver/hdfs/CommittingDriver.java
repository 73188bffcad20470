package dev.lockstep.driver.hdfs;

import dev.lockstep.common.checkpoint.CheckpointStore;
import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.DriverEpoch;
import dev.lockstep.common.checkpoint.DriverIdentity;
import dev.lockstep.common.checkpoint.Retention;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A driver without a training, which commits one checkpoint after the other; as a program of its
 * own it does so until it fails, with the exit code of its failure.
 */
final class CommittingDriver {
  private static final Retention RETENTION = new Retention(3, 0, OptionalInt.empty(), 0);

  private static final String COMMITTED = "committed ";

  private final CheckpointStore store;
  private final StagedCheckpoints checkpoints;
  private int epoch;

  private CommittingDriver(CheckpointStore store, StagedCheckpoints checkpoints, int epoch) {
    this.store = store;
    this.checkpoints = checkpoints;
    this.epoch = epoch;
  }

  /** Takes a run over and goes on after its last checkpoint. */
  static CommittingDriver start(
      Storage storage, RunDirectory run, Duration budget, Consumer<String> events) {
    CheckpointStore store = open(storage, run, budget, events);
    int epoch = store.restore(events).map(c -> c.position().epoch()).orElse(1);
    store.collectOrphans();
    return new CommittingDriver(store, StagedCheckpoints.small(storage), epoch);
  }

  /** Claims a run. */
  static CheckpointStore open(
      Storage storage, RunDirectory run, Duration budget, Consumer<String> events) {
    DriverIdentity identity =
        new DriverIdentity(
            UUID.randomUUID().toString(),
            "local-1",
            "test",
            ProcessHandle.current().pid(),
            "2026-01-01");
    return CheckpointStore.open(
        storage,
        run,
        DriverEpoch.claim(storage, run, identity),
        RETENTION,
        Patience.of(budget, events));
  }

  /** Stages and commits the next epoch's checkpoint and returns its name. */
  String commitNext() {
    epoch++;
    return store.commit(stage(), Optional.empty()).name();
  }

  /** Commits in another thread. */
  CompletableFuture<CommittedCheckpoint> commitInBackground(Staged staged) {
    return CompletableFuture.supplyAsync(() -> store.commit(staged, Optional.empty()));
  }

  private Staged stage() {
    try {
      return checkpoints.stage(store, epoch);
    } catch (LockstepException e) {
      throw store.asSeenByItsOwner(e);
    }
  }

  CheckpointStore store() {
    return store;
  }

  /** The names in what the program has written. */
  static List<String> told(String text) {
    return text.lines()
        .filter(line -> line.startsWith(COMMITTED))
        .map(line -> line.substring(COMMITTED.length()))
        .toList();
  }

  /**
   * Commits until it fails.
   *
   * @param arguments the run's directory, then settings of its storage as {@code KEY=VALUE}
   */
  public static void main(String[] arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    RunDirectory run = new RunDirectory(words.remove(0));
    Map<String, String> settings = new HashMap<>();
    words.forEach(word -> settings.put(word.split("=", 2)[0], word.split("=", 2)[1]));
    try {
      CommittingDriver driver =
          start(new Storage(settings), run, Duration.ofSeconds(20), System.out::println);
      while (true) {
        System.out.println(COMMITTED + driver.commitNext());
      }
    } catch (LockstepException e) {
      System.out.println(e.getMessage());
      System.exit(e.kind().exitCode());
    }
  }
}
