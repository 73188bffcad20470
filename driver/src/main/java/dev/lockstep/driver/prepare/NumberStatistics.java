package dev.lockstep.driver.prepare;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Count, mean, deviation, smallest and largest of a stream of numbers. Each is rounded once, at the
 * end, so it has the same bits however the stream was cut.
 */
final class NumberStatistics implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final MathContext PRECISION = new MathContext(60);

  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();
  private long count;
  private double smallest = Double.POSITIVE_INFINITY;
  private double largest = Double.NEGATIVE_INFINITY;

  /**
   * @param number finite
   */
  void add(double number) {
    sum.add(number);
    squares.addSquare(number);
    count++;
    smallest = Math.min(smallest, number);
    largest = Math.max(largest, number);
  }

  void add(NumberStatistics other) {
    sum.add(other.sum);
    squares.add(other.squares);
    count += other.count;
    smallest = Math.min(smallest, other.smallest);
    largest = Math.max(largest, other.largest);
  }

  long count() {
    return count;
  }

  double smallest() {
    return smallest;
  }

  double largest() {
    return largest;
  }

  double mean() {
    return sum.value().divide(BigDecimal.valueOf(count), PRECISION).doubleValue();
  }

  /** Deviation of the population: the root of (n * sum of squares - square of the sum) / n^2. */
  double deviation() {
    BigDecimal n = BigDecimal.valueOf(count);
    BigDecimal spread = n.multiply(squares.value()).subtract(sum.value().pow(2));
    return spread.divide(n.multiply(n), PRECISION).sqrt(PRECISION).doubleValue();
  }
}
