package dev.lockstep.driver.prepare;

import java.io.Serializable;

/**
 * What can be wrong with a number, told in words.
 *
 * @param column its name in the input
 * @param required whether it must not be missing
 */
record NumberCheck(String column, boolean required, double shift, double scale)
    implements Serializable {

  /**
   * Why a cell cannot be used, or null where it can.
   *
   * @param text the cell, or null where it is missing
   * @param number what it holds, or null where that is no number
   */
  String problem(String text, Double number) {
    if (text == null) {
      return required ? "'%s' is missing".formatted(column) : null;
    }
    if (number == null) {
      return "'%s' is '%s', not a number".formatted(column, text);
    }
    if (!Double.isFinite(number)) {
      return "'%s' is '%s', not a finite number".formatted(column, text);
    }
    return Math.abs(number - shift) > scale * Float.MAX_VALUE
        ? "'%s' is '%s', too large for a 32-bit float".formatted(column, text)
        : null;
  }
}
