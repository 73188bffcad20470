package dev.lockstep.driver.prepare;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.FileNotFoundException;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Finds in what Spark throws the failure that its user can act on. */
public final class SparkFailures {
  private static final String HEADER = "CSV header";

  private SparkFailures() {}

  /** Runs an action; what fails in it is a {@link LockstepException}. */
  public static <T> T translated(Callable<T> action) {
    try {
      return action.call();
    } catch (Exception e) {
      throw translate(e);
    }
  }

  private static LockstepException translate(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException
          && String.valueOf(cause.getMessage()).contains(HEADER)) {
        return new LockstepException(
            FailureKind.DATA,
            "Cannot read the input: its files have different headers (%s)"
                .formatted(line(cause.getMessage())),
            failure);
      }
      if (cause instanceof FileNotFoundException) {
        return new LockstepException(
            FailureKind.STORAGE,
            "Cannot read the input: a file has gone (%s)".formatted(line(cause.getMessage())),
            failure);
      }
    }
    return LockstepException.in(failure);
  }

  private static String line(String text) {
    return String.join("; ", Stream.of(text.split("\n")).map(String::strip).toList());
  }
}
