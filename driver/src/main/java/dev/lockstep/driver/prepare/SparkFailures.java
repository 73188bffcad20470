package dev.lockstep.driver.prepare;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkException;

/** Finds in what Spark throws the failure that its user can act on. */
public final class SparkFailures {
  private static final String HEADER = "CSV header";

  /** What a file system refuses with; Spark may keep no more than the text of a task's failure. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "No space left on device|Disk quota exceeded|Read-only file system|Permission denied",
          Pattern.CASE_INSENSITIVE);

  private static final String OWN_FILES =
      "make room in 'spark.local.dir', where Spark keeps what does not fit in memory, or name another"
          + " folder";

  private final String deed;
  private final Exception failure;

  private SparkFailures(String deed, Exception failure) {
    this.deed = deed;
    this.failure = failure;
  }

  /**
   * Runs an action; what fails in it is a {@link LockstepException}.
   *
   * @param deed what the action does, a verb and its object: {@code prepare the data}
   */
  public static <T> T translated(String deed, Callable<T> action) {
    try {
      return action.call();
    } catch (Exception e) {
      throw new SparkFailures(deed, e).translation();
    }
  }

  private LockstepException translation() {
    LockstepException known = LockstepException.in(failure);
    if (known.kind() != FailureKind.INTERNAL) {
      return known;
    }
    return causes()
        .flatMap(cause -> translation(cause).stream())
        .findFirst()
        .or(this::unreadable)
        .or(this::lost)
        .orElse(known);
  }

  private Optional<LockstepException> translation(Throwable cause) {
    String text = line(cause);
    Matcher refused = REFUSED.matcher(text);
    if (cause instanceof InterruptedException) {
      return cannot(FailureKind.INTERRUPTED, "interrupted");
    }
    if (refused.find()) {
      return cannot(FailureKind.STORAGE, reason(cause, refused.group()));
    }
    if (cause instanceof FileNotFoundException) {
      return known(FailureKind.STORAGE, "Cannot read the input: a file has gone (" + text + ")");
    }
    return cause instanceof IllegalArgumentException && text.contains(HEADER)
        ? known(
            FailureKind.DATA,
            "Cannot read the input: its files have different headers (" + text + ")")
        : Optional.empty();
  }

  /**
   * The whole text of the file system's own failure, which names the file where it knows it; files
   * without a name are those that Spark keeps for itself.
   */
  private static String reason(Throwable cause, String refusal) {
    String text = cause instanceof IOException ? Shortened.text(line(cause)) : refusal;
    return text.equals(refusal) ? text + " (" + OWN_FILES + ")" : text;
  }

  /** Any other failure to read or write; one of the network is none of a file system. */
  private Optional<LockstepException> unreadable() {
    return causes()
        .filter(cause -> cause instanceof IOException && !(cause instanceof SocketException))
        .findFirst()
        .flatMap(cause -> cannot(FailureKind.STORAGE, Shortened.text(line(cause))));
  }

  /** Spark's own word on a job that failed for no reason of the job's. */
  private Optional<LockstepException> lost() {
    return causes()
        .filter(cause -> cause instanceof SparkException)
        .findFirst()
        .flatMap(cause -> cannot(FailureKind.CLUSTER, Shortened.text(line(cause))));
  }

  private Optional<LockstepException> cannot(FailureKind kind, String reason) {
    return known(kind, "Cannot %s: %s".formatted(deed, reason));
  }

  private Optional<LockstepException> known(FailureKind kind, String message) {
    return Optional.of(new LockstepException(kind, message, failure));
  }

  private Stream<Throwable> causes() {
    return Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause);
  }

  private static String line(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return String.join("; ", message.lines().map(String::strip).toList());
  }
}
