package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.SealedJson;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The commit log as the driver that owns the run appends to it: the only point of commit.
 *
 * <p>An entry is a file that is created exclusively under the number after the last that the driver
 * knows. Where that number is taken the driver learns the entry: from a higher driver it is fenced,
 * from a lower one (or its own, whose success it was not told of) it tries the next number. Since
 * the first entry of every driver is its takeover, a lower driver always meets a higher entry at
 * its next number, and the driver epochs in the log never fall.
 */
final class CommitLog {
  private final Storage storage;
  private final LogReader reader;
  private final DriverEpoch epoch;
  private final Consumer<String> events;
  private LogHistory history = LogHistory.EMPTY;

  CommitLog(Storage storage, RunDirectory run, DriverEpoch epoch, Consumer<String> events) {
    this.storage = storage;
    this.reader = new LogReader(storage, run);
    this.epoch = epoch;
    this.events = events;
  }

  /** Reads the log and ends the turn of every earlier driver; repeating it changes nothing. */
  void takeOver() {
    refresh();
    append(
        epoch.identity().owner(),
        before -> new LogEntry.Takeover(epoch.identity(), newest(before)));
  }

  /**
   * Reads what has been appended since. Whoever goes on after the entry of a later driver would put
   * an older epoch behind a newer one.
   *
   * @throws LockstepException of kind FENCED where a later driver has appended
   */
  void refresh() {
    history = reader.read(history, events);
    if (history.highestEpoch() > epoch.number()) {
      throw epoch.fenced(history.highestEpoch());
    }
    if (!history.isWhole()) {
      epoch.require(); // a damaged entry may be a later driver's, whose claim came before it
    }
  }

  LogHistory history() {
    return history;
  }

  /**
   * Appends an entry, unless there is one of that id.
   *
   * @param event made from the history that comes before it
   * @throws LockstepException of kind FENCED where a later driver has appended
   */
  LogEntry append(String id, Function<LogHistory, LogEntry.Event> event) {
    Optional<LogEntry> done = history.byId(id);
    while (done.isEmpty()) {
      done = tryNext(id, event).filter(entry -> entry.id().equals(id));
    }
    return done.get();
  }

  /** The entry that has the next number after this call, unless it is damaged. */
  private Optional<LogEntry> tryNext(String id, Function<LogHistory, LogEntry.Event> event) {
    long number = history.last() + 1;
    Optional<LogEntry> entry =
        Optional.of(
            new LogEntry(
                LogEntry.FORMAT_VERSION, number, epoch.number(), id, event.apply(history)));
    if (!storage.createExclusively(reader.path(number), SealedJson.write(entry.get()))) {
      entry = reader.entry(number, events);
      requireNotLater(entry);
    }
    history = history.plus(Map.of(number, entry));
    return entry;
  }

  private void requireNotLater(Optional<LogEntry> taken) {
    if (taken.isEmpty()) {
      epoch.require();
    } else if (taken.get().driverEpoch() > epoch.number()) {
      throw epoch.fenced(taken.get().driverEpoch());
    }
  }

  private Optional<String> newest(LogHistory before) {
    List<CommittedCheckpoint> living = before.living(reader.run());
    return living.isEmpty() ? Optional.empty() : Optional.of(living.get(living.size() - 1).name());
  }
}
