package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class NumberStatisticsTest {
  @Test
  void addsWithoutRounding() {
    ExactSum sum = new ExactSum();
    double small = Double.MIN_VALUE;
    for (double number : new double[] {1e300, 1, small, -1e300, -1}) {
      sum.add(number);
    }
    assertThat(sum.value()).isEqualByComparingTo(new BigDecimal(small));
  }

  @Test
  void gathersManyWholeNumbersWithoutOverflow() {
    ExactSum squares = new ExactSum();
    double number = (1L << 31) - 1;
    for (int i = 0; i < 1000; i++) {
      squares.addSquare(number);
      squares.addSquare(-number);
    }
    BigDecimal square = new BigDecimal(number).pow(2);
    assertThat(squares.value()).isEqualByComparingTo(square.multiply(BigDecimal.valueOf(2000)));
  }

  @Test
  void hasTheSameBitsHoweverTheNumbersAreCut() {
    long seed = 17;
    Random random = new Random(seed);
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      numbers.add(random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15));
    }
    NumberStatistics whole = statistics(numbers, 1);
    Collections.shuffle(numbers, random);
    for (int parts : new int[] {1, 3, 16}) {
      NumberStatistics cut = statistics(numbers, parts);
      assertThat(cut.mean()).as("seed %d", seed).isEqualTo(whole.mean());
      assertThat(cut.deviation()).as("seed %d", seed).isEqualTo(whole.deviation());
      assertThat(cut.smallest()).isEqualTo(whole.smallest());
      assertThat(cut.largest()).isEqualTo(whole.largest());
      assertThat(cut.count()).isEqualTo(2_000);
    }
  }

  @Test
  void computesDeviationOfThePopulation() {
    NumberStatistics statistics = statistics(List.of(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0), 1);
    assertThat(statistics.mean()).isEqualTo(5);
    assertThat(statistics.deviation()).isEqualTo(2);
  }

  @Test
  void findsNoDeviationAmongEqualNumbers() {
    assertThat(statistics(List.of(0.1, 0.1, 0.1), 2).deviation()).isZero();
  }

  private static NumberStatistics statistics(List<Double> numbers, int parts) {
    NumberStatistics[] statistics = new NumberStatistics[parts];
    for (int i = 0; i < parts; i++) {
      statistics[i] = new NumberStatistics();
    }
    for (int i = 0; i < numbers.size(); i++) {
      statistics[i % parts].add(numbers.get(i));
    }
    for (int i = 1; i < parts; i++) {
      statistics[0].add(statistics[i]);
    }
    return statistics[0];
  }
}
