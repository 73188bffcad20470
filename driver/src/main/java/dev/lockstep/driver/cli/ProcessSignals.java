package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import java.time.Duration;
import org.apache.spark.util.SignalUtils;

/** Ctrl-C and SIGTERM: the first asks the command to stop, the second ends the process. */
final class ProcessSignals {
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private ProcessSignals() {}

  /** Takes over both signals for the rest of the process. */
  static void handle(Interruption interruption, Console console) {
    for (String signal : new String[] {"INT", "TERM"}) {
      SignalUtils.register(
          signal, "Cannot handle signal " + signal, false, () -> received(interruption, console));
    }
  }

  /** Always true, which tells Spark that the signal has been dealt with. */
  private static boolean received(Interruption interruption, Console console) {
    if (!interruption.request()) {
      sayEnd(console);
      Runtime.getRuntime().halt(FailureKind.INTERRUPTED.exitCode());
    }
    console.message("Stopping, a second signal ends the program at once");
    return true;
  }

  /** On a thread that the end does not wait for: who does not read must not keep it up. */
  private static void sayEnd(Console console) {
    String sentence =
        "Ended at once by a second signal: what was not written by then is lost (look at the run before you repeat the command)";
    Thread words = new Thread(() -> console.message(sentence), "lockstep-last-words");
    words.setDaemon(true);
    words.start();
    try {
      words.join(LAST_WORDS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
