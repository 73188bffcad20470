package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Deletes what drivers have left behind that no log entry needs: checkpoints that were never
 * committed or are retired, and temporary files.
 *
 * <p>What belongs to a driver of a higher epoch is never touched. Checkpoint folders stay where the
 * log has damaged or missing entries, which may name them.
 */
final class OrphanSweep {
  private static final Pattern TEMPORARY = Pattern.compile("\\.E?(\\d{8})\\.json\\..*\\.tmp");

  private final Storage storage;
  private final RunDirectory run;
  private final DriverEpoch epoch;
  private final Consumer<String> events;
  private final List<String> deleted = new ArrayList<>();

  OrphanSweep(Storage storage, RunDirectory run, DriverEpoch epoch, Consumer<String> events) {
    this.storage = storage;
    this.run = run;
    this.epoch = epoch;
    this.events = events;
  }

  /** The paths that are deleted. What cannot be deleted is told of and stays. */
  List<String> sweep(LogHistory history) {
    sweep(run.staging(), this::isOurs);
    if (history.isWhole()) {
      Set<String> living =
          history.living(run).stream()
              .map(CommittedCheckpoint::name)
              .collect(Collectors.toUnmodifiableSet());
      sweep(run.checkpoints(), name -> isOurs(name) && !living.contains(name));
    }
    sweep(run.log(), name -> isTemporary(name, history.last()));
    sweep(run.lease(), name -> isTemporary(name, epoch.number()));
    sweep(run.root(), name -> name.matches("\\.(LATEST|report\\.json|run\\.json)\\..*\\.tmp"));
    sweep(run.quarantine(), name -> name.matches("\\..*\\.tmp"));
    return List.copyOf(deleted);
  }

  private void sweep(String folder, Predicate<String> orphan) {
    try {
      storage.names(folder).stream().filter(orphan).forEach(name -> delete(folder + "/" + name));
    } catch (LockstepException e) {
      events.accept("Orphans could not be looked for: " + e.getMessage());
    }
  }

  private void delete(String path) {
    try {
      storage.delete(path);
      deleted.add(path);
    } catch (LockstepException e) {
      events.accept("An orphan could not be deleted: " + e.getMessage());
    }
  }

  private boolean isOurs(String name) {
    return CheckpointName.parse(name)
        .filter(checkpoint -> checkpoint.driverEpoch() <= epoch.number())
        .isPresent();
  }

  /** Whoever is still writing it has lost its number already. */
  private static boolean isTemporary(String name, long taken) {
    Matcher matcher = TEMPORARY.matcher(name);
    return matcher.matches() && Long.parseLong(matcher.group(1)) <= taken;
  }
}
