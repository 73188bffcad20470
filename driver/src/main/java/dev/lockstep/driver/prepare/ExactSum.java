package dev.lockstep.driver.prepare;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * A sum of doubles, or of their squares, without rounding, and so the same in whatever order they
 * are added: every finite double is a decimal fraction of finite length.
 *
 * <p>Whole numbers below 2^31 are gathered in a long, because most columns hold nothing else.
 */
final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double WHOLE_LIMIT = 1L << 31;
  private static final long GATHERED_LIMIT = 1L << 62;

  private BigDecimal total = BigDecimal.ZERO;
  private long gathered;

  /**
   * @param number finite
   */
  void add(double number) {
    if (isSmallAndWhole(number)) {
      gather((long) number);
    } else {
      total = total.add(new BigDecimal(number));
    }
  }

  /** Adds the exact square of a finite number. */
  void addSquare(double number) {
    if (isSmallAndWhole(number)) {
      long whole = (long) number;
      gather(whole * whole);
    } else {
      BigDecimal exact = new BigDecimal(number);
      total = total.add(exact.multiply(exact));
    }
  }

  void add(ExactSum other) {
    total = total.add(other.value());
  }

  BigDecimal value() {
    return total.add(BigDecimal.valueOf(gathered));
  }

  private static boolean isSmallAndWhole(double number) {
    return Math.abs(number) < WHOLE_LIMIT && number == Math.rint(number);
  }

  /** Both summands are below 2^62 in size, so that their sum fits. */
  private void gather(long whole) {
    if (Math.abs(gathered) >= GATHERED_LIMIT) {
      total = total.add(BigDecimal.valueOf(gathered));
      gathered = 0;
    }
    gathered += whole;
  }
}
