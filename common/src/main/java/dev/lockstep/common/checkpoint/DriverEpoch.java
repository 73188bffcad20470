package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A driver's claim on a run (a fencing token): the number of the file in the run's lease folder
 * that it alone created. The run belongs to the driver with the highest number; every other one has
 * to stop, whatever any clock says.
 */
public final class DriverEpoch {
  private static final Pattern NAME = Pattern.compile("E(\\d{8})\\.json");

  private final Storage storage;
  private final RunDirectory run;
  private final DriverIdentity identity;
  private final int number;

  private DriverEpoch(Storage storage, RunDirectory run, DriverIdentity identity, int number) {
    this.storage = storage;
    this.run = run;
    this.identity = identity;
    this.number = number;
  }

  /**
   * Takes over a run from whichever driver had it.
   *
   * @throws LockstepException of kind FENCED where another driver takes it over at the same time
   */
  public static DriverEpoch claim(Storage storage, RunDirectory run, DriverIdentity identity) {
    return claim(storage, run, identity, 0);
  }

  /**
   * Takes over a run in a directory in which another run has been before.
   *
   * @param after the number of that run's last driver, which this one's is higher than
   * @throws LockstepException of kind FENCED where another driver takes it over at the same time
   */
  public static DriverEpoch claim(
      Storage storage, RunDirectory run, DriverIdentity identity, int after) {
    int number = Math.max(after, highest(storage, run)) + 1;
    DriverEpoch epoch = new DriverEpoch(storage, run, identity, number);
    if (!storage.createExclusively(epoch.path(number), Json.write(identity)) && !epoch.isOurs()) {
      throw epoch.fenced(number);
    }
    return epoch;
  }

  /**
   * Fails unless the run is still this driver's.
   *
   * @throws LockstepException of kind FENCED where a later driver has claimed it, of kind STORAGE
   *     where this driver's claim is gone
   */
  public void require() {
    int highest = highest(storage, run);
    if (highest > number) {
      throw fenced(highest);
    }
    if (highest < number) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot go on with the run in %s: this driver's claim %s is gone (was the run deleted?)"
              .formatted(run.root(), path(number)));
    }
  }

  /** Counted from 1; a later driver's is higher. */
  public int number() {
    return number;
  }

  DriverIdentity identity() {
    return identity;
  }

  /** The failure of a driver that finds the work of a later one. */
  LockstepException fenced(int winner) {
    return new LockstepException(
        FailureKind.FENCED,
        "Cannot go on with the run in %s: another driver (%s) took it over"
            .formatted(run.root(), description(winner)));
  }

  private String description(int winner) {
    try {
      return claimant(winner).description();
    } catch (LockstepException unreadable) {
      return "claim " + path(winner);
    }
  }

  private boolean isOurs() {
    try {
      return claimant(number).owner().equals(identity.owner());
    } catch (LockstepException unreadable) {
      return false;
    }
  }

  private DriverIdentity claimant(int claim) {
    return Json.read(storage.readText(path(claim)), DriverIdentity.class, path(claim));
  }

  private String path(int claim) {
    return "%s/E%08d.json".formatted(run.lease(), claim);
  }

  /** The highest number that is claimed, 0 where none is. */
  private static int highest(Storage storage, RunDirectory run) {
    return storage.names(run.lease()).stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .mapToInt(name -> Integer.parseInt(name.group(1)))
        .max()
        .orElse(0);
  }
}
