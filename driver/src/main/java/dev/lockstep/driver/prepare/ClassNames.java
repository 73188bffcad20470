package dev.lockstep.driver.prepare;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** The order of classes: by number where all of them are numbers, else by alphabet. */
final class ClassNames {
  private ClassNames() {}

  static List<String> inOrder(List<String> alphabetical) {
    return alphabetical.stream().allMatch(ClassNames::isNumber)
        ? alphabetical.stream().sorted(byNumber()).toList()
        : alphabetical;
  }

  private static Comparator<String> byNumber() {
    Function<String, BigDecimal> number = BigDecimal::new;
    return Comparator.comparing(number).thenComparing(Comparator.naturalOrder());
  }

  private static boolean isNumber(String text) {
    return text.matches("[+-]?[0-9]{1,300}([.][0-9]{0,300})?([eE][+-]?[0-9]{1,4})?");
  }
}
