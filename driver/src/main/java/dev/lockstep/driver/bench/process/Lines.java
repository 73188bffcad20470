package dev.lockstep.driver.bench.process;

import dev.lockstep.common.storage.Json;
import java.util.stream.Collectors;

/** What a JVM and its parent say to each other: a line a message, each a document of JSON. */
final class Lines {
  /** Begins a line that answers; lines that begin otherwise were printed by some library. */
  static final String ANSWER = "answer ";

  /** Begins the last line of a JVM that failed. */
  static final String FAILURE = "failure ";

  private Lines() {}

  /** A record as one line: in JSON, ends of lines stand between tokens only. */
  static String of(Object message) {
    return Json.write(message).lines().map(String::strip).collect(Collectors.joining(" "));
  }
}
