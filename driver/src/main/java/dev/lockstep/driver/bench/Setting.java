package dev.lockstep.driver.bench;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark is run with.
 *
 * @param options value by name: all that the benchmark knows in its order, defaults filled in
 * @param scratch an empty folder of its own, deleted afterwards
 */
public record Setting(Map<String, String> options, Path scratch, Progress progress) {
  public Setting {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * The options of a benchmark with some of them changed.
   *
   * @throws LockstepException of kind {@link FailureKind#CONFIG} for an option it does not know
   */
  static Map<String, String> optionsOf(Benchmark benchmark, Map<String, String> changes) {
    Map<String, String> options = new LinkedHashMap<>(benchmark.options());
    for (String name : changes.keySet()) {
      if (!options.containsKey(name)) {
        throw new LockstepException(
            FailureKind.CONFIG,
            "Cannot set '%s' of benchmark %s: it knows %s"
                .formatted(name, benchmark.name(), benchmark.options().keySet()));
      }
    }
    options.putAll(changes);
    return options;
  }

  /**
   * An option that is a whole number above 0.
   *
   * @throws LockstepException of kind {@link FailureKind#CONFIG} where it is none
   */
  public int number(String option) {
    return number(option, 1);
  }

  /**
   * An option that is a whole number.
   *
   * @param least that it may be
   * @throws LockstepException of kind {@link FailureKind#CONFIG} where it is less, or none
   */
  public int number(String option, int least) {
    String value = options.get(option);
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw notANumber(option, value, least, e);
    }
    throw notANumber(option, value, least, null);
  }

  /**
   * An option that lists whole numbers, separated by commas.
   *
   * @param least that a number may be
   * @throws LockstepException of kind {@link FailureKind#CONFIG} where it is none
   */
  public List<Integer> numbers(String option, int least) {
    String value = options.get(option);
    try {
      List<Integer> numbers =
          Arrays.stream(value.split(",", -1)).map(String::strip).map(Integer::valueOf).toList();
      if (numbers.stream().allMatch(number -> number >= least)) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      throw noNumbers(option, value, least, e);
    }
    throw noNumbers(option, value, least, null);
  }

  private static LockstepException noNumbers(
      String option, String value, int least, NumberFormatException cause) {
    return new LockstepException(
        FailureKind.CONFIG,
        "'%s' is '%s' but must be whole numbers >= %d, separated by commas"
            .formatted(option, value, least),
        cause);
  }

  private static LockstepException notANumber(
      String option, String value, int least, NumberFormatException cause) {
    return new LockstepException(
        FailureKind.CONFIG,
        "'%s' is '%s' but must be a whole number >= %d".formatted(option, value, least),
        cause);
  }
}
