package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import java.util.List;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells wrong usage to the person, in one sentence that names the help to read. */
final class UsageReporter implements IParameterExceptionHandler {
  private final Console console;

  UsageReporter(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    String problem =
        String.join(" ", failure.getMessage().lines().map(String::strip).toList())
            .replaceFirst("^Value for option option ", "Value for option "); // as picocli has it
    console.message("%s%s (see '%s --help')".formatted(problem, nearest(failure), command));
    return FailureKind.CONFIG.exitCode();
  }

  private static String nearest(ParameterException failure) {
    List<String> suggestions =
        failure instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return suggestions.isEmpty() ? "" : ", did you mean '%s'".formatted(suggestions.get(0));
  }
}
