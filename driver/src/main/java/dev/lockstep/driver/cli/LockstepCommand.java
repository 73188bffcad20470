package dev.lockstep.driver.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code lockstep}: the parent of all commands. */
@Command(
    name = "lockstep",
    mixinStandardHelpOptions = true,
    description = "Trains Deeplearning4j networks data-parallel on Apache Spark")
public final class LockstepCommand {
  private LockstepCommand() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new LockstepCommand()).execute(arguments));
  }
}
