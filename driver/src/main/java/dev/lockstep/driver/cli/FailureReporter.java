package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.ThreadInterruption;
import dev.lockstep.driver.resources.StopSignal;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Tells a failure to the person: on standard error, the last line of which is one sentence, and
 * with its stack trace in the log.
 */
final class FailureReporter {
  private final Console console;
  private final StopSignal stop;

  FailureReporter(Console console, StopSignal stop) {
    this.console = console;
    this.stop = stop;
  }

  /**
   * Reports why a command failed.
   *
   * @return the exit code that goes with it
   */
  int report(String command, Throwable thrown) {
    LoggerFactory.getLogger(FailureReporter.class).error("{} failed", command, thrown);
    LockstepException failure = named(command, thrown);
    List<String> lines = failure.getMessage().lines().filter(line -> !line.isBlank()).toList();
    lines.stream().skip(1).forEach(console::message);
    ProcessLog.file().ifPresent(file -> console.message("The log is in " + file));
    console.message(sentence(lines));
    return failure.kind().exitCode();
  }

  /**
   * What fails after somebody has asked for the end fails for that reason, unless it is a failure
   * that no wish to stop brings about.
   */
  private LockstepException named(String command, Throwable thrown) {
    LockstepException failure = LockstepException.in(thrown);
    return stop.requested() && followsFromStopping(failure)
        ? new LockstepException(
            FailureKind.INTERRUPTED,
            "Interrupted '%s' before its end: run it again to have its result".formatted(command),
            thrown)
        : failure;
  }

  private static boolean followsFromStopping(LockstepException failure) {
    return switch (failure.kind()) {
      case INTERNAL, CLUSTER -> true;
      case STORAGE -> ThreadInterruption.isIn(failure);
      case INTERRUPTED, CONFIG, DATA, DIVERGED, FENCED, GATE -> false;
    };
  }

  /** Of a message of several lines the first sums up, and the others stand above it. */
  private static String sentence(List<String> lines) {
    return lines.size() > 1 ? lines.get(0) + ", see above" : lines.get(0);
  }
}
