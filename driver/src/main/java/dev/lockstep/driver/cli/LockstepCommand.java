package dev.lockstep.driver.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import org.apache.spark.SparkUserAppException;
import picocli.CommandLine.Command;

/** The program {@code lockstep}: the parent of all commands. */
@Command(
    name = "lockstep",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Trains Deeplearning4j networks data-parallel on Apache Spark.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  lockstep train --job conf/digits.yaml",
      "  lockstep predict --run runs/digits --input new.csv --output predictions",
      "",
      "See 'lockstep COMMAND --help' for the options of a command and its exit codes."
    })
public final class LockstepCommand {
  LockstepCommand() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @throws SparkUserAppException in place of the exit, in Spark's cluster deploy mode
   */
  public static void main(String[] arguments) throws SparkUserAppException {
    Locale.setDefault(Locale.ROOT); // figures look alike everywhere
    ProcessLog.open();
    Console console =
        new Console(
            new FileOutputStream(FileDescriptor.out),
            new PrintStream(System.err, true, StandardCharsets.UTF_8),
            Terminal.ofSystemProperties(),
            Clock.systemUTC());
    ProcessEnd.with(run(console, arguments));
  }

  private static int run(Console console, String... arguments) {
    try (Interruption interruption = new Interruption()) {
      ProcessSignals.handle(interruption, console);
      CommandContext context =
          new CommandContext(console, interruption, Clock.systemUTC(), Launcher.ofProcess());
      return new Program(console, interruption, Commands.of(context)).run(arguments);
    }
  }
}
