package dev.lockstep.worker.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.Span;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

@Timeout(120)
class UpdateRuleTest {
  private static final long SEED = 20261121;
  private static final int LENGTH = 10_007; // more than two pieces of a sweep, and some
  private static final int BEFORE = 5;
  private static final int[] SAMPLES = {96, 128, 1, 7}; // two powers of two and two others

  static List<IUpdater> swept() {
    return List.of(
        new Sgd(0.05),
        new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.99)),
        new Nesterovs(0.02, 0.9),
        new Nesterovs(0.3, 0.0),
        new Adam(0.001),
        new Adam(0.01, 0.95, 0.99, 1e-7),
        new Adam(new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.9)),
        new NoOp());
  }

  @ParameterizedTest
  @MethodSource("swept")
  void givesTheBitsOfNd4jIterationForIteration(IUpdater updater) {
    Random random = new Random(SEED);
    INDArray gradient = vector(random, 3);
    INDArray parameters = vector(random, 1);
    INDArray state = Nd4j.zeros(DataType.FLOAT, Math.max(1, updater.stateSize(LENGTH)));
    Sweep.Vectors swept =
        new Sweep.Vectors(
            FloatBuffer.allocate(BEFORE + LENGTH),
            FloatBuffer.allocate(BEFORE + LENGTH),
            FloatBuffer.allocate(BEFORE + 2 * LENGTH));
    swept.parameters().put(BEFORE, parameters.toFloatVector());
    Sweep sweep =
        new Sweep(UpdateRule.of(updater).orElseThrow(), new Span(BEFORE, BEFORE + LENGTH), BEFORE);
    GradientUpdater<?> stock =
        updater.instantiate(
            updater.stateSize(LENGTH) == 0 ? null : state.reshape(1, state.length()), true);

    for (int iteration = 0; iteration < 60; iteration++) {
      gradient.assign(vector(random, iteration % 7 == 0 ? 1e-4 : 3));
      swept.gradient().put(BEFORE, gradient.toFloatVector());
      int samples = SAMPLES[iteration % SAMPLES.length];
      gradient.divi(samples);
      stock.applyUpdater(gradient, iteration, iteration / 20);
      parameters.subi(gradient);

      int cut = random.nextInt(BEFORE + LENGTH); // as ranks that share the work
      sweep.run(swept, samples, iteration, iteration / 20, new Span(0, cut));
      sweep.run(swept, samples, iteration, iteration / 20, new Span(cut, BEFORE + LENGTH));

      float[] moved = new float[LENGTH];
      swept.parameters().get(BEFORE, moved);
      assertThat(moved)
          .as("parameters after iteration %d, seed %d", iteration, SEED)
          .isEqualTo(parameters.toFloatVector());
    }
    float[] kept = new float[(int) updater.stateSize(LENGTH)];
    swept.state().get(BEFORE, kept);
    assertThat(kept).isEqualTo(kept.length == 0 ? kept : state.toFloatVector());
    assertThat(swept.parameters().get(BEFORE - 1)).as("what belongs to others").isZero();
  }

  @Test
  void leavesOtherUpdatersToNd4j() {
    assertThat(
            List.of(
                new AdaGrad(),
                new AdaDelta(),
                new RmsProp(),
                new AMSGrad(),
                new Nadam(),
                new AdaMax()))
        .allSatisfy(updater -> assertThat(UpdateRule.of(updater)).isEmpty());
  }

  private static INDArray vector(Random random, double scale) {
    INDArray vector = Nd4j.create(DataType.FLOAT, LENGTH);
    FloatBuffer floats = vector.data().asNio().order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int i = 0; i < LENGTH; i++) {
      floats.put(i, (float) (random.nextGaussian() * scale));
    }
    return vector;
  }
}
