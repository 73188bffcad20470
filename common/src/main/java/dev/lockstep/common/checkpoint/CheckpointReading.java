package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.Locale;

/**
 * Puts the name of a checkpoint before whatever goes wrong while it is read.
 *
 * @param name of the checkpoint's folder
 */
record CheckpointReading(String name) {
  /** What is read. */
  interface Action<T> {
    T run() throws DamageException;
  }

  static CheckpointReading of(String folder) {
    return new CheckpointReading(folder.substring(folder.lastIndexOf('/') + 1));
  }

  <T> T attempt(Action<T> action) {
    try {
      return action.run();
    } catch (DamageException e) {
      throw failure(e.getMessage(), e);
    } catch (LockstepException e) {
      throw failure(uncapitalised(e.getMessage()), e);
    }
  }

  private LockstepException failure(String reason, Exception cause) {
    return new LockstepException(
        FailureKind.STORAGE, "Cannot read checkpoint %s: %s".formatted(name, reason), cause);
  }

  private static String uncapitalised(String message) {
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
