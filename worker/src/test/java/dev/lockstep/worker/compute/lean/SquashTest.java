package dev.lockstep.worker.compute.lean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;

@Timeout(60)
class SquashTest {
  static Stream<Arguments> functions() {
    DoubleUnaryOperator tanh = Math::tanh;
    DoubleUnaryOperator logistic = x -> 1 / (1 + Math.exp(-x));
    return Stream.of(Arguments.of(Squash.TANH, tanh), Arguments.of(Squash.LOGISTIC, logistic));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void isWithinRoundingOfTheFunction(Squash squash, DoubleUnaryOperator function) {
    int values = 400_001;
    float[] x = new float[values];
    for (int i = 0; i < values; i++) {
      x[i] = (i - values / 2) * 1e-4f;
    }
    float[] y = new float[values];
    squash.apply(x, y);
    double worst = 0;
    for (int i = 0; i < values; i++) {
      worst = Math.max(worst, Math.abs(y[i] - function.applyAsDouble(x[i])));
    }
    assertThat(worst).isBetween(0.0, 5e-7);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void derivesFromTheOutput(Squash squash, DoubleUnaryOperator function) {
    double h = 1e-5;
    for (double x = -4; x < 4; x += 0.125) {
      double slope = (function.applyAsDouble(x + h) - function.applyAsDouble(x - h)) / (2 * h);
      double y = function.applyAsDouble(x);
      assertThat((1 - y) * (y - squash.floor())).as("at %s", x).isCloseTo(slope, within(1e-8));
    }
  }

  @Test
  void comesToItsLimitsExactly() {
    float[] far = {100f, -100f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    float[] y = new float[4];
    Squash.TANH.apply(far, y);
    assertThat(y).containsExactly(1f, -1f, 1f, -1f);
    Squash.LOGISTIC.apply(far, y);
    assertThat(y).containsExactly(1f, 0f, 1f, 0f);
  }

  @ParameterizedTest
  @EnumSource(Squash.class)
  void leavesWhatIsNotANumberSo(Squash squash) {
    float[] y = new float[1];
    squash.apply(new float[] {Float.NaN}, y);
    assertThat(y[0]).isNaN();
  }

  @Test
  void knowsTheFunctionsOfNd4j() {
    assertThat(Squash.of(new ActivationTanH())).contains(Squash.TANH);
    assertThat(Squash.of(new ActivationSigmoid())).contains(Squash.LOGISTIC);
    assertThat(Squash.of(new ActivationHardSigmoid())).isEmpty();
  }
}
