package dev.lockstep.driver.cli;

import dev.lockstep.common.run.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Progress on standard error. On a terminal the status is one line that is written again and again;
 * elsewhere (a file, a scheduler's log) a status becomes a line of its own every few seconds.
 */
final class ConsoleProgress implements Progress {
  private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(100);
  private static final Duration FILE_INTERVAL = Duration.ofSeconds(5);
  private static final String START_OF_LINE = "\r\u001b[K";

  private final PrintStream err;
  private final Terminal terminal;
  private final InstantSource clock;
  private long nextStatusMillis = Long.MIN_VALUE;
  private boolean statusShown;

  ConsoleProgress(PrintStream err, Terminal terminal, InstantSource clock) {
    this.err = err;
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public synchronized void status(String text) {
    long now = clock.millis();
    if (now < nextStatusMillis) {
      return;
    }

    Duration interval = terminal.interactive() ? TERMINAL_INTERVAL : FILE_INTERVAL;
    nextStatusMillis = now + interval.toMillis();
    if (terminal.interactive()) {
      err.print(START_OF_LINE + fitted(text));
      err.flush();
      statusShown = true;
    } else {
      err.println(text);
    }
  }

  @Override
  public synchronized void line(String text) {
    clearStatus();
    err.println(text);
    err.flush();
  }

  /** Takes the status off the terminal, so that whatever comes next starts on a clean line. */
  synchronized void clearStatus() {
    if (statusShown) {
      err.print(START_OF_LINE);
      err.flush();
      statusShown = false;
    }
  }

  /** A wrapped line could not be written over again. */
  private String fitted(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.length() < terminal.columns()
        ? line
        : line.substring(0, terminal.columns() - 2) + "…";
  }
}
