package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The menu of plain value types. */
public final class Types {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9}) ?([a-z]+)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "second", Duration.ofSeconds(1),
          "seconds", Duration.ofSeconds(1),
          "min", Duration.ofMinutes(1),
          "minute", Duration.ofMinutes(1),
          "minutes", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "hour", Duration.ofHours(1),
          "hours", Duration.ofHours(1));

  private Types() {}

  /** Text that is not blank. A number or a truth value counts as text only in quotes. */
  public static ValueType<String> text() {
    return text("text (in quotes where it looks like a number)", text -> !text.isBlank());
  }

  public static ValueType<String> path() {
    return text("a path", text -> !text.isBlank());
  }

  /** Text that fulfils a condition. */
  public static ValueType<String> text(String description, Predicate<String> condition) {
    return new Scalar<>(
        description, node -> Optional.ofNullable(node.textValue()).filter(condition));
  }

  public static ValueType<Boolean> truth() {
    return new Scalar<>(
        "true or false",
        node -> node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty());
  }

  /** A whole number from a smallest value to the largest int. */
  public static ValueType<Integer> count(int smallest) {
    return new Scalar<>("a whole number >= " + smallest, node -> asCount(node, smallest));
  }

  /** Any 64-bit whole number. */
  public static ValueType<Long> wholeNumber() {
    return new Scalar<>(
        "a whole number",
        node ->
            node.isIntegralNumber() && node.canConvertToLong()
                ? Optional.of(node.longValue())
                : Optional.empty());
  }

  /** A finite number that fulfils a condition. */
  public static ValueType<Double> number(String description, DoublePredicate condition) {
    return new Scalar<>(description, node -> asNumber(node).filter(condition::test));
  }

  /** A span of time above zero: a number and its unit. */
  public static ValueType<Duration> duration() {
    return new Scalar<>("a time such as 500 ms, 120 s, 5 min or 1 h", Types::asDuration);
  }

  /** The whole number of a node, if it is one in range. */
  public static Optional<Integer> asCount(JsonNode node, int smallest) {
    return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= smallest
        ? Optional.of(node.intValue())
        : Optional.empty();
  }

  /**
   * The finite number of a node, if it is one; text such as {@code 1e-3} counts, which YAML 1.1
   * does not take for a number.
   */
  public static Optional<Double> asNumber(JsonNode node) {
    boolean decimal = node.isTextual() && DECIMAL.matcher(node.textValue()).matches();
    if (!decimal && !node.isNumber()) {
      return Optional.empty();
    }
    double value = decimal ? new BigDecimal(node.textValue()).doubleValue() : node.doubleValue();
    return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
  }

  /** The span of time of a node, if it is one above zero. */
  public static Optional<Duration> asDuration(JsonNode node) {
    Matcher matcher = DURATION.matcher(node.asText());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.ofNullable(UNITS.get(matcher.group(2)))
        .map(unit -> unit.multipliedBy(Long.parseLong(matcher.group(1))))
        .filter(duration -> !duration.isZero());
  }
}
