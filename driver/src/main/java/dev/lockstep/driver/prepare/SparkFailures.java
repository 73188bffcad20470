package dev.lockstep.driver.prepare;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.FileNotFoundException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.SparkException;

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
    LockstepException known = LockstepException.in(failure);
    if (known.kind() != FailureKind.INTERNAL) {
      return known;
    }
    return causes(failure)
        .flatMap(cause -> translate(cause, failure).stream())
        .findFirst()
        .or(() -> lost(failure))
        .orElse(known);
  }

  private static Optional<LockstepException> translate(Throwable cause, Exception failure) {
    String text = line(cause);
    if (cause instanceof InterruptedException) {
      return failure(FailureKind.INTERRUPTED, "Interrupted while preparing the data", failure);
    }
    if (cause instanceof FileNotFoundException) {
      return failure(
          FailureKind.STORAGE, "Cannot read the input: a file has gone (" + text + ")", failure);
    }
    return cause instanceof IllegalArgumentException && text.contains(HEADER)
        ? failure(
            FailureKind.DATA,
            "Cannot read the input: its files have different headers (" + text + ")",
            failure)
        : Optional.empty();
  }

  /** Spark's own word on a job that failed for no reason of the job's. */
  private static Optional<LockstepException> lost(Exception failure) {
    return causes(failure)
        .filter(cause -> cause instanceof SparkException)
        .findFirst()
        .flatMap(
            cause ->
                failure(
                    FailureKind.CLUSTER,
                    "Cannot prepare the data: " + Shortened.text(line(cause)),
                    failure));
  }

  private static Optional<LockstepException> failure(
      FailureKind kind, String message, Exception cause) {
    return Optional.of(new LockstepException(kind, message, cause));
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private static String line(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return String.join("; ", message.lines().map(String::strip).toList());
  }
}
