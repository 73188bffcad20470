package dev.lockstep.driver.prepare;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/**
 * Keeps other preparations out of a folder: a file that names its holder.
 *
 * <p>What a process of this machine left that is gone is taken over; of a process elsewhere nobody
 * can tell, so that is left to a person.
 */
final class PreparationLock {
  private final Storage storage;
  private final String path;
  private final Holder own;

  /**
   * @param id tells this holder from any other of the same process
   */
  record Holder(String id, String host, long process) {
    static Holder here() {
      return new Holder(UUID.randomUUID().toString(), hostName(), ProcessHandle.current().pid());
    }

    boolean isGone() {
      return host.equals(hostName())
          && ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty();
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return InetAddress.getLoopbackAddress().getHostName();
      }
    }
  }

  private PreparationLock(Storage storage, String path, Holder own) {
    this.storage = storage;
    this.path = path;
    this.own = own;
  }

  /**
   * Takes the lock, or goes on with one that the holder could not give back because the file system
   * was away.
   *
   * @param directory the folder to prepare; it is made as needed
   * @throws LockstepException of kind FENCED where another preparation has it
   */
  static PreparationLock acquire(Storage storage, String directory, Holder own) {
    PreparationLock lock = new PreparationLock(storage, directory + "/.preparing", own);
    if (!lock.create()) {
      String found = lock.text();
      if (found.equals(Json.write(own))) {
        return lock;
      }
      Holder holder = Json.read(found, Holder.class, lock.path);
      if (!holder.isGone() || !lock.remove(found) || !lock.create()) {
        throw lock.heldBy(holder, directory);
      }
    }
    return lock;
  }

  /** What names the holder, who may give the lock back at this moment. */
  private String text() {
    String found;
    try {
      found = storage.readText(path);
    } catch (LockstepException e) {
      if (storage.exists(path)) {
        throw e;
      }
      found = "";
    }
    if (found.isBlank()) {
      throw new LockstepException(
          FailureKind.FENCED,
          "Cannot prepare data: somebody else takes or gives back %s at this moment (try again; if it stays, delete it)"
              .formatted(path));
    }
    return found;
  }

  /** Gives the lock back, unless somebody has broken it. */
  void release() {
    if (storage.exists(path) && storage.readText(path).equals(Json.write(own))) {
      storage.delete(path);
    }
  }

  private boolean create() {
    return storage.createExclusively(path, Json.write(own));
  }

  /**
   * Removes what a dead process left. Another process may have done so meanwhile and hold the lock
   * itself, hence the second look, at a file that nobody else can reach; what is not the dead one's
   * is put back.
   */
  private boolean remove(String found) {
    String moved = path + "." + own.id();
    try {
      storage.replace(path, moved);
    } catch (LockstepException e) {
      return false;
    }
    String taken = storage.readText(moved);
    boolean isDead = taken.equals(found);
    if (!isDead) {
      storage.createExclusively(path, taken);
    }
    storage.delete(moved);
    return isDead;
  }

  private LockstepException heldBy(Holder holder, String directory) {
    return new LockstepException(
        FailureKind.FENCED,
        "Cannot prepare data in %s: process %d on %s is preparing it (wait for it; if it is gone, delete %s)"
            .formatted(directory, holder.process(), holder.host(), path));
  }
}
