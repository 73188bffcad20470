package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The two streams of a command: results to standard output, all else to standard error. */
final class Console {
  private final OutputStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final ConsoleProgress progress;

  /**
   * @param out unbuffered, and not a {@link PrintStream}, which keeps its failures to itself
   */
  Console(OutputStream out, PrintStream err, Terminal terminal, InstantSource clock) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.progress = new ConsoleProgress(err, terminal, clock);
  }

  Progress progress() {
    return progress;
  }

  Terminal terminal() {
    return terminal;
  }

  /**
   * Prints what the command was asked for. A reader that wants no more of it, as {@code head}, has
   * what it wants.
   *
   * @param text whole lines, without a line feed at the end
   * @throws LockstepException of kind STORAGE where it cannot be written
   */
  void result(String text) {
    progress.clearStatus();
    try {
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      if (!readerHasLeft(e)) {
        throw new LockstepException(
            FailureKind.STORAGE,
            "Cannot write the result to standard output: %s (direct it elsewhere; what the command has done stays done)"
                .formatted(e.getMessage()),
            e);
      }
    }
  }

  /**
   * Java tells a closed pipe from a full disk by the words of the operating system alone, which the
   * start script asks for in English.
   */
  private static boolean readerHasLeft(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe");
  }

  /** Prints a line for the person who runs the command. */
  void message(String text) {
    progress.line(text);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }
}
