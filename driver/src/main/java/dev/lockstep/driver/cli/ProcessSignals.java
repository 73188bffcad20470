package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import org.apache.spark.util.SignalUtils;

/** Ctrl-C and SIGTERM: the first asks the command to stop, the second ends the process. */
final class ProcessSignals {
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
      Runtime.getRuntime().halt(FailureKind.INTERRUPTED.exitCode());
    }
    console.message("Stopping, a second signal ends the program at once");
    return true;
  }
}
