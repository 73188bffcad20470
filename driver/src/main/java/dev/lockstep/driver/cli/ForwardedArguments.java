package dev.lockstep.driver.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command and its options as the driver is given them, less those that say where it runs. */
final class ForwardedArguments {
  private final String command;
  private final Map<String, List<String>> options;

  private ForwardedArguments(String command, Map<String, List<String>> options) {
    this.command = command;
    this.options = options;
  }

  /** What the person has given, as it was given. */
  static ForwardedArguments of(CommandSpec command) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (!ClusterOptions.NAMES.contains(option.longestName())) {
        options.put(option.longestName(), values(option));
      }
    }
    return new ForwardedArguments(command.name(), options);
  }

  ForwardedArguments without(String... names) {
    Map<String, List<String>> left = new LinkedHashMap<>(options);
    left.keySet().removeAll(Set.copyOf(Arrays.asList(names)));
    return new ForwardedArguments(command, left);
  }

  ForwardedArguments with(String name, String value) {
    Map<String, List<String>> more = new LinkedHashMap<>(options);
    more.put(name, List.of(value));
    return new ForwardedArguments(command, more);
  }

  /** The values of some options changed, where they are given. */
  ForwardedArguments map(UnaryOperator<String> change, String... names) {
    Map<String, List<String>> changed = new LinkedHashMap<>(options);
    for (String name : names) {
      changed.computeIfPresent(name, (key, values) -> values.stream().map(change).toList());
    }
    return new ForwardedArguments(command, changed);
  }

  /** The words of the command line. */
  List<String> words() {
    List<String> words = new ArrayList<>(List.of(command));
    options.forEach(
        (name, values) -> {
          if (values.isEmpty()) {
            words.add(name);
          }
          values.stream().flatMap(value -> Stream.of(name, value)).forEach(words::add);
        });
    return words;
  }

  /** An option that is given by its name alone has none. */
  private static List<String> values(OptionSpec option) {
    return option.arity().max() == 0 ? List.of() : List.copyOf(option.originalStringValues());
  }
}
