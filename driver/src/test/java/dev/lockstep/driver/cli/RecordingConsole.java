package dev.lockstep.driver.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/** A console whose two streams can be read back. */
final class RecordingConsole {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console = withResultsIn(out);

  Console console() {
    return console;
  }

  /** One of which only standard error is read back. */
  Console withResultsIn(OutputStream results) {
    return new Console(
        results,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new Terminal(false, Terminal.DEFAULT_COLUMNS),
        Clock.systemUTC());
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  List<String> errLines() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  String lastErrLine() {
    List<String> lines = errLines();
    return lines.get(lines.size() - 1);
  }
}
