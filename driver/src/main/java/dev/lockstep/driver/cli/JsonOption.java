package dev.lockstep.driver.cli;

import dev.lockstep.common.storage.Json;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The option that chooses between a result for people and one for programs. */
final class JsonOption {
  @Option(names = "--json", description = "Print the result as one JSON document")
  private boolean json;

  /** The text of a result in the form that was chosen, without a line feed at its end. */
  <T> String text(T result, Function<T, String> forPeople) {
    return (json ? Json.write(result) : forPeople.apply(result)).stripTrailing();
  }
}
