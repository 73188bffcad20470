package dev.lockstep.driver.cli;

import dev.lockstep.common.run.Progress;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The two streams of a command: results to standard output, all else to standard error. */
final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final ConsoleProgress progress;

  Console(PrintStream out, PrintStream err, Terminal terminal, InstantSource clock) {
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
   * Prints what the command was asked for.
   *
   * @param text whole lines, without a line feed at the end
   */
  void result(String text) {
    progress.clearStatus();
    out.println(text);
    out.flush();
  }

  /** Prints a line for the person who runs the command. */
  void message(String text) {
    progress.line(text);
  }

  /** Standard output for a library that prints help. */
  PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }
}
