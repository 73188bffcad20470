package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.resources.StopSignal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;

/** The command line as a whole: finds the command, runs it, and turns its end into an exit code. */
final class Program {
  /** Columns that the examples of the help need, to be copied as they are. */
  private static final int EXAMPLES = 100;

  private final Console console;
  private final CommandLine commandLine;
  private final FailureReporter failures;

  /**
   * @param commands objects annotated as picocli commands, in the order of the help
   */
  Program(Console console, StopSignal stop, List<Object> commands) {
    this.console = console;
    failures = new FailureReporter(console, stop);
    commandLine = new CommandLine(new LockstepCommand());
    commands.forEach(commandLine::addSubcommand);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setErr(console.errWriter());
    commandLine.setParameterExceptionHandler(new UsageReporter(console));
    commandLine.setExecutionExceptionHandler(
        (failure, failed, parsed) -> failures.report(failed.getCommandName(), failure));
    commandLine.setExecutionStrategy(
        parsed -> {
          parsed.asCommandLineList().forEach(Program::requireValues);
          return new RunLast().execute(parsed);
        });
    commandLine.setUsageHelpWidth(Math.max(EXAMPLES, console.terminal().columns()));
    commandLine.getSubcommands().values().forEach(Program::addHelp);
    commandLine.addSubcommand(new HelpCommand());
  }

  /** Runs the command that the arguments name and returns its exit code. */
  int run(String... arguments) {
    StringWriter help = new StringWriter(); // picocli does not notice what cannot be written
    commandLine.setOut(new PrintWriter(help));
    try {
      int exitCode = commandLine.execute(arguments);
      if (!help.toString().isEmpty()) {
        console.result(help.toString().stripTrailing());
      }
      return exitCode;
    } catch (LockstepException | Error e) { // no memory, a class that is missing, a full disk
      return failures.report("lockstep", e);
    }
  }

  /** A shell's unset variable is an argument too, and an empty path is the file system's root. */
  private static void requireValues(CommandLine command) {
    for (ArgSpec given : command.getParseResult().matchedArgs()) {
      if (given.arity().max() > 0
          && given.originalStringValues().stream().anyMatch(String::isBlank)) {
        String name =
            given instanceof OptionSpec option ? option.longestName() : given.paramLabel();
        throw new ParameterException(command, "Value of '%s' is empty".formatted(name));
      }
    }
  }

  /** What every command has in common: the option that asks for help, and the exit codes in it. */
  private static void addHelp(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Show this help and exit")
            .build());
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
    spec.usageMessage().exitCodeList(ExitCodes.meanings());
  }
}
