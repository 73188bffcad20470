package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The checkpoints of a run as the driver that owns it handles them; one thread at a time.
 *
 * <p>Every method fails with a {@link LockstepException}: of kind FENCED once another driver has
 * taken the run over, of kind STORAGE where the file system refuses for good or for longer than the
 * patience lasts.
 */
public final class CheckpointStore {
  private final Storage storage;
  private final RunDirectory run;
  private final DriverEpoch epoch;
  private final Retention retention;
  private final Patience patience;
  private final CommitLog log;
  private final CheckpointPlaces places;

  /** Names of the checkpoints marked as damaged, which nobody but their owner marks. */
  private Optional<Set<String>> damaged = Optional.empty();

  private CheckpointStore(
      Storage storage,
      RunDirectory run,
      DriverEpoch epoch,
      Retention retention,
      Patience patience) {
    this.storage = storage;
    this.run = run;
    this.epoch = epoch;
    this.retention = retention;
    this.patience = patience;
    log = new CommitLog(storage, run, epoch, patience.events());
    places = new CheckpointPlaces(storage, run);
  }

  /**
   * Takes a run's checkpoints over for the driver that has claimed the run: from here on no earlier
   * driver can commit.
   *
   * @param patience with passing failures of storage; its events are told of all that goes wrong
   *     without being a failure
   */
  public static CheckpointStore open(
      Storage storage,
      RunDirectory run,
      DriverEpoch epoch,
      Retention retention,
      Patience patience) {
    CheckpointStore store = new CheckpointStore(storage, run, epoch, retention, patience);
    patience.run("take over the run in " + run.root(), store.log::takeOver);
    return store;
  }

  /** Where this driver's ranks write checkpoints for {@link #commit}. */
  public StagingArea staging() {
    return new StagingArea(run, epoch.number());
  }

  /**
   * The latest checkpoint that is whole, every byte of it read and compared; empty where the run
   * has none yet.
   *
   * @param events told of each checkpoint that is passed over, and why
   */
  public Optional<CommittedCheckpoint> restore(Consumer<String> events) {
    patience.run("read the commit log of the run in " + run.root(), this::refresh);
    damaged = Optional.empty();
    return new Restoration(storage, run, patience, events).latest(log.history());
  }

  /**
   * Makes a staged checkpoint one of the run's, then removes those that need not stay. Committing
   * the same one again changes nothing.
   *
   * @param validationLoss at its position, where that was measured
   */
  public CommittedCheckpoint commit(Staged staged, Optional<Double> validationLoss) {
    String name = nameOf(staged);
    try {
      patience.run("commit checkpoint " + name, () -> attempt(staged, name, validationLoss));
    } catch (LockstepException e) {
      quietly("delete " + staged.folder(), () -> places.discard(staged));
      throw asSeenByItsOwner(e);
    }
    afterwards(log.history().byId(name).orElseThrow());
    return list().stream()
        .filter(checkpoint -> checkpoint.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /**
   * The latest checkpoint from which an epoch begins; empty where the run has none, so that it
   * would begin anew.
   */
  public Optional<CommittedCheckpoint> epochStart() {
    return epochStart(log.history());
  }

  /**
   * How often the run was taken back to a checkpoint, by any driver. Together with what its state
   * says this is how often the training that goes on from it has gone back: a property of where it
   * goes on, so that one from an older checkpoint, because this one is damaged, is no other.
   *
   * @param checkpoint none for the run's very beginning
   */
  public int rollbacksTo(Optional<CommittedCheckpoint> checkpoint) {
    return log.history().rollbacksTo(checkpoint.map(CommittedCheckpoint::name));
  }

  /**
   * Tells people, in the file {@code LATEST}, which checkpoint is the last. No part of a commit, as
   * it costs HDFS as much again; nothing depends on it, so that its failure is an event only, and
   * none where another driver has the run.
   */
  public void tellLatest() {
    try {
      writeLatest();
    } catch (LockstepException e) {
      if (e.kind() != FailureKind.FENCED) {
        patience.events().accept("Failed to write LATEST: " + e.getMessage());
      }
    }
  }

  /** Takes the run back to {@link #epochStart}: what was committed since is retired. */
  public void rollBack() {
    String id = UUID.randomUUID().toString();
    patience.run(
        "take back the run in " + run.root(),
        () -> {
          epoch.require();
          log.append(id, this::rollback);
        });
    LogEntry.Rollback done = (LogEntry.Rollback) log.history().byId(id).orElseThrow().event();
    deleteRetired(done);
  }

  private LogEntry.Rollback rollback(LogHistory history) {
    Optional<CommittedCheckpoint> to = epochStart(history);
    long last = to.map(CommittedCheckpoint::number).orElse(0L);
    List<String> since =
        history.living(run).stream()
            .filter(checkpoint -> checkpoint.number() > last)
            .map(CommittedCheckpoint::name)
            .toList();
    return new LogEntry.Rollback(to.map(CommittedCheckpoint::name), since);
  }

  private Optional<CommittedCheckpoint> epochStart(LogHistory history) {
    return history.living(run).stream()
        .filter(checkpoint -> checkpoint.position().startsEpoch())
        .reduce((earlier, later) -> later);
  }

  /**
   * What a failure to write a checkpoint comes from: where another driver owns the run by now, it
   * has cleared away what this one was writing, and the failure is that this one is fenced.
   */
  public LockstepException asSeenByItsOwner(LockstepException failure) {
    try {
      epoch.require();
      return failure;
    } catch (LockstepException e) {
      if (e.kind() != FailureKind.FENCED) {
        return failure;
      }
      e.addSuppressed(failure);
      return e;
    }
  }

  /** The committed checkpoints that are not retired, in the order of their commits. */
  public List<CommittedCheckpoint> list() {
    return log.history().living(run);
  }

  /**
   * Deletes what this driver and earlier ones have left behind: staging folders, checkpoints that
   * the log does not name or has retired, temporary files. To be called while no rank of this
   * driver writes a checkpoint.
   *
   * @return the paths that are deleted
   */
  public List<String> collectOrphans() {
    patience.run("read the commit log of the run in " + run.root(), this::refresh);
    return new OrphanSweep(storage, run, epoch, patience.events()).sweep(log.history());
  }

  private void refresh() {
    epoch.require();
    log.refresh();
  }

  /** One try of a commit; what an earlier one did is found done. */
  private void attempt(Staged staged, String name, Optional<Double> validationLoss) {
    epoch.require();
    if (log.history().byId(name).isEmpty()) {
      places.publish(staged, name);
    }
    log.append(name, history -> event(history, staged, name, validationLoss));
  }

  private LogEntry.Checkpoint event(
      LogHistory history, Staged staged, String name, Optional<Double> validationLoss) {
    CommittedCheckpoint committed =
        new CommittedCheckpoint(
            history.last() + 1,
            epoch.number(),
            name,
            places.folder(name),
            staged.manifestSha256(),
            staged.position(),
            validationLoss);
    List<String> retired = retention.retired(history.living(run), committed, damaged());
    return new LogEntry.Checkpoint(
        name, staged.manifestSha256(), staged.position(), validationLoss, retired);
  }

  private Set<String> damaged() {
    Set<String> names = damaged.orElseGet(() -> new Quarantine(storage, run).names());
    damaged = Optional.of(names);
    return names;
  }

  /** After the point of commit nothing may fail it any more. */
  private void afterwards(LogEntry entry) {
    if (entry.event() instanceof LogEntry.Checkpoint checkpoint) {
      deleteRetired(checkpoint);
    }
  }

  private void writeLatest() {
    epoch.require();
    List<CommittedCheckpoint> living = list();
    if (living.isEmpty()) {
      storage.delete(run.latest());
    } else {
      storage.writeAtomically(run.latest(), living.get(living.size() - 1).name() + "\n");
    }
  }

  private void deleteRetired(LogEntry.Event event) {
    event
        .retired()
        .forEach(
            retired ->
                quietly("delete a checkpoint", () -> storage.delete(places.folder(retired))));
  }

  private void quietly(String what, Runnable action) {
    try {
      action.run();
    } catch (LockstepException e) {
      patience.events().accept("Failed to %s: %s".formatted(what, e.getMessage()));
    }
  }

  /** The name that the checkpoint will have; refuses what was not staged for this driver. */
  private String nameOf(Staged staged) {
    String name = staged.folder().substring(staged.folder().lastIndexOf('/') + 1);
    return CheckpointName.parse(name)
        .filter(parsed -> parsed.driverEpoch() == epoch.number())
        .filter(parsed -> parsed.position().equals(staged.position()))
        .map(CheckpointName::toString)
        .orElseThrow(
            () ->
                new LockstepException(
                    FailureKind.INTERNAL,
                    "Cannot commit %s: it was not staged for driver epoch %d at %s"
                        .formatted(staged.folder(), epoch.number(), staged.position())));
  }
}
