package dev.lockstep.common.checkpoint;

import dev.lockstep.common.storage.LostFile;

/** That something stored is not what was written; the cause of the failure that tells people. */
final class DamageException extends Exception {
  private static final long serialVersionUID = 1L;

  DamageException(String message) {
    super(message);
  }

  /** Whether a failure follows from damage, a lost file included. */
  static boolean isIn(Throwable failure) {
    if (LostFile.is(failure)) {
      return true;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DamageException) {
        return true;
      }
    }
    return false;
  }
}
