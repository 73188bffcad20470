package dev.lockstep.driver.cluster;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What spark-submit logs about a driver that the cluster runs. Its own exit code tells little: that
 * of the standalone mode is 0 however the driver ended, and that of YARN never says why.
 */
final class DriverNews {
  private static final Pattern ID =
      Pattern.compile(
          "(?:Driver successfully submitted as |Application report for )(driver-[\\w-]+|application_\\w+)");
  private static final Pattern STATE =
      Pattern.compile("(?:State of (?:driver )?driver-\\S+ is |\\(state: )([A-Z]+)");
  private static final Set<String> ENDS = Set.of("FINISHED", "FAILED", "KILLED", "ERROR");
  private static final Pattern FINAL = Pattern.compile("final status: ([A-Z]+)");
  private static final Pattern EXIT =
      Pattern.compile("User application exited with (?:status )?(\\d+)");

  private String id = "";
  private String state = "";
  private String finalStatus = "";
  private OptionalInt exitCode = OptionalInt.empty();

  /**
   * Takes a line of the log.
   *
   * @return a line for the person who waits, where there is something new
   */
  Optional<String> read(String line) {
    find(EXIT, line).ifPresent(code -> exitCode = OptionalInt.of(Integer.parseInt(code)));
    find(FINAL, line).ifPresent(status -> finalStatus = status);
    Optional<String> named = find(ID, line).filter(found -> !found.equals(id));
    named.ifPresent(found -> id = found);
    Optional<String> changed = find(STATE, line).filter(found -> !found.equals(state));
    changed.ifPresent(found -> state = found);
    return named
        .map(found -> "Submitted " + found)
        .or(() -> changed.filter(DriverNews::goesOn).map(found -> "The driver is " + found));
  }

  /** Name of the driver or application; empty where none was submitted. */
  String id() {
    return id;
  }

  /** The last state that was told of. */
  String state() {
    return finalStatus.isEmpty() || finalStatus.equals("UNDEFINED") ? state : finalStatus;
  }

  boolean succeeded() {
    return state().equals("FINISHED") || state().equals("SUCCEEDED");
  }

  /** What the driver ended with, where the cluster knows. */
  OptionalInt exitCode() {
    return exitCode;
  }

  private static boolean goesOn(String state) {
    return !ENDS.contains(state);
  }

  private static Optional<String> find(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
