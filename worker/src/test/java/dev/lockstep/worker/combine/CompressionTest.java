package dev.lockstep.worker.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.Exchange;
import dev.lockstep.common.config.Exchange.Precision;
import dev.lockstep.common.config.Sparsify;
import dev.lockstep.common.config.Sparsify.Remainder;
import dev.lockstep.worker.collective.Bfloat16;
import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.model.GradientLayout;
import dev.lockstep.worker.testing.Ranks;
import dev.lockstep.worker.testing.Vectors;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is exchanged of a gradient. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CompressionTest {
  private static final Sparsify NONE = new Sparsify.None();
  private static final Occasion OCCASION = new Occasion(1, 1, "the test");

  /** Two layers, the second with two statistics at its end. */
  private static final GradientLayout LAYOUT =
      new GradientLayout(10, List.of(new Span(0, 4), new Span(4, 10)), List.of(new Span(8, 10)));

  private static final Span WHOLE = new Span(0, 10);

  @Test
  void leavesAllAsItIsUnlessAskedOtherwise() {
    Compression compression = compression(Exchange.ALL);

    assertThat(exchanged(compression, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertThat(compression.form(4)).isEqualTo(NodeForm.EXACT);
  }

  @Test
  void exchangesWholeMultiplesOfTheThreshold() {
    Compression compression = compression(new Sparsify.Threshold(0.5, Remainder.KEPT));

    float[] first = exchanged(compression, 4, 2, -2, 1.9f, 7, 0, -1, -1, -1, 0.25f, 100);
    float[] second = exchanged(compression, 4, 0, 0, 0.5f, 0, 0, -1, 1, 0, 0.25f, 100);

    assertThat(first).containsExactly(2, -2, 0, 6, 0, 0, 0, 0, 0.25f, 100);
    assertThat(second).containsExactly(0, 0, 2, 0, 0, -2, 0, 0, 0.25f, 100);
    assertThat(compression.form(4).coding()).isEqualTo(new Coding.Packed(2));
  }

  @Test
  void exchangesAByteOfMultiplesInAStepAtMost() {
    Compression compression = compression(new Sparsify.Threshold(0.5, Remainder.KEPT));

    assertThat(exchanged(compression, 4, -300, 0, 0, 0, 0, 0, 0, 0, 0, 0)[0]).isEqualTo(-254);
    assertThat(exchanged(compression, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)[0]).isEqualTo(-46);
  }

  @Test
  void losesNothingOverManySteps() {
    for (Sparsify sparsify :
        List.of(
            new Sparsify.Threshold(0.03, Remainder.KEPT), new Sparsify.TopK(0.3, Remainder.KEPT))) {
      for (Precision precision : Precision.values()) {
        Compression compression = compression(new Exchange(precision, sparsify));
        assertThatAllArrives(compression);
      }
    }
  }

  /** In units of the mean, since the last step of an epoch has fewer samples. */
  private static void assertThatAllArrives(Compression compression) {
    Random random = new Random(3);
    double[] brought = new double[8];
    double[] arrived = new double[8];
    for (int step = 0; step < 1000; step++) {
      int samples = step % 10 == 9 ? 3 : 8;
      float[] gradient = new float[10];
      for (int i = 0; i < 8; i++) {
        gradient[i] = (float) random.nextGaussian() * 0.1f * samples;
        brought[i] += gradient[i] / samples;
      }
      float[] exchanged = exchanged(compression, samples, gradient);
      for (int i = 0; i < 8; i++) {
        arrived[i] += exchanged[i] / samples;
      }
    }
    for (int i = 0; i < 8; i++) {
      float kept = compression.residuals().of(0)[i];
      assertThat(arrived[i] + kept).isCloseTo(brought[i], within(1e-3));
      assertThat(Math.abs(arrived[i])).isPositive();
    }
  }

  @Test
  void dropsTheRemainderWhereThatIsAsked() {
    Compression compression = compression(new Sparsify.Threshold(0.5, Remainder.DROPPED));

    for (int step = 0; step < 5; step++) {
      assertThat(exchanged(compression, 4, 1.9f, 9, 0, 0, 0, 0, 0, 0, 1, 1))
          .containsExactly(0, 8, 0, 0, 0, 0, 0, 0, 1, 1);
    }
    assertThat(compression.residuals().lanes().size()).isZero();
  }

  @Test
  void exchangesTheLargestOfEachLayerAndTheFirstOfEqualOnes() {
    Compression compression = compression(new Sparsify.TopK(0.5, Remainder.KEPT));

    assertThat(exchanged(compression, 2, 1, -4, 1, 1, 0.25f, -0.5f, 0.5f, 0.5f, 3, 4))
        .containsExactly(1, -4, 0, 0, 0, -0.5f, 0.5f, 0, 3, 4);
    assertThat(exchanged(compression, 2, 0, 0, 0, 0, 0.25f, 0, 0, 0, 3, 4))
        .containsExactly(0, 0, 1, 1, 0.5f, 0, 0, 0.5f, 3, 4);
    assertThat(compression.form(2).coding()).isEqualTo(new Coding.Packed(0));
  }

  @Test
  void exchangesAtLeastOneElementOfEachLayer() {
    Compression compression = compression(new Sparsify.TopK(1e-9, Remainder.KEPT));

    assertThat(exchanged(compression, 2, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0))
        .containsExactly(0, 0, 0, 4, 0, 0, 0, 8, 0, 0);
  }

  @Test
  void keepsWhatRoundingTakesAway() {
    Compression compression =
        compression(new Exchange(Precision.BFLOAT16, new Sparsify.TopK(1, Remainder.KEPT)));
    float odd = 1 + 0x1p-9f;

    float[] first = exchanged(compression, 1, odd, 0, 0, 0, 0, 0, 0, 0, odd, 0);

    assertThat(first[0]).isEqualTo(Bfloat16.round(odd)).isEqualTo(1);
    assertThat(first[8]).isEqualTo(odd);
    assertThat(compression.residuals().of(0)[0]).isEqualTo(0x1p-9f);
  }

  @Test
  void choosesWhatIsNotFiniteAlways() {
    for (Sparsify sparsify :
        List.of(
            new Sparsify.Threshold(1e9, Remainder.KEPT),
            new Sparsify.TopK(1e-9, Remainder.KEPT),
            new Sparsify.Threshold(1e9, Remainder.DROPPED))) {
      float[] exchanged =
          exchanged(
              compression(sparsify), 2, 9, 1, Float.NaN, 0, 0, Float.NEGATIVE_INFINITY, 9, 9, 0, 0);

      assertThat(exchanged[2]).isNaN();
      assertThat(exchanged[5]).isEqualTo(Float.NEGATIVE_INFINITY);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameHoweverTheGradientIsCut(Remainder remainder) {
    for (Sparsify sparsify :
        List.of(new Sparsify.Threshold(0.1, remainder), new Sparsify.TopK(0.4, remainder))) {
      Compression whole = compression(sparsify);
      Compression parts = compression(sparsify);
      Random random = new Random(5);
      for (int step = 0; step < 100; step++) {
        float[] gradient = new float[10];
        for (int i = 0; i < 10; i++) {
          gradient[i] = (float) random.nextGaussian();
        }
        FloatVector cut = Vectors.vector(gradient);
        parts.apply(0, cut, new Span(4, 10), 4);
        parts.apply(0, cut, new Span(0, 4), 4);

        assertThat(Vectors.floats(cut)).isEqualTo(exchanged(whole, 4, gradient));
      }
    }
  }

  @Test
  void refusesAPartThatCutsALayer() {
    Compression compression = compression(new Sparsify.TopK(0.4, Remainder.KEPT));
    FloatVector gradient = FloatVector.allocate(10);

    assertThatThrownBy(() -> compression.apply(0, gradient, new Span(0, 6), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid part of a gradient: Span[start=0, end=6] cuts a layer's Span[start=4, end=8]");
  }

  @Test
  void findsTheLargestOfManyAsASortDoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int length = 10_000;
    GradientLayout layout = new GradientLayout(length, List.of(new Span(0, length)), List.of());
    for (int round = 0; round < 20; round++) {
      double fraction = random.nextDouble();
      int most = (int) Math.ceil(fraction * length);
      float[] gradient = new float[length];
      for (int i = 0; i < length; i++) {
        gradient[i] = (float) (random.nextInt(9) * Math.pow(10, random.nextInt(4)));
      }
      float[] sorted = gradient.clone();
      java.util.Arrays.sort(sorted);

      FloatVector vector = Vectors.vector(gradient);
      compression(
              new Exchange(Precision.FLOAT32, new Sparsify.TopK(fraction, Remainder.DROPPED)),
              layout)
          .apply(0, vector, new Span(0, length), 1);

      float[] exchanged = Vectors.floats(vector);
      double sum = 0;
      for (float value : exchanged) {
        sum += value;
      }
      double expected = 0;
      for (int i = length - most; i < length; i++) {
        expected += sorted[i];
      }
      assertThat(sum).as("round %d of seed %d", round, seed).isEqualTo(expected);
    }
  }

  @Test
  void gathersWhatEachLaneHasKeptWithAnyNumberOfRanks() {
    for (int ranks : new int[] {1, 2, 3, 5}) {
      List<List<Float>> gathered =
          Ranks.run(
              ranks,
              5,
              group -> {
                Compression compression =
                    Compression.of(
                        new Exchange(
                            Precision.FLOAT32, new Sparsify.Threshold(100, Remainder.KEPT)),
                        LAYOUT,
                        group);
                for (int lane = group.lanes().first(); lane < group.lanes().end(); lane++) {
                  float[] kept = new float[10];
                  kept[3] = lane;
                  compression.residuals().restore(lane, kept);
                }
                List<FloatBuffer> all = compression.residuals().gather(OCCASION);
                return all.stream().map(lane -> lane.get(3)).toList();
              });

      assertThat(gathered.get(0)).containsExactly(0f, 1f, 2f, 3f, 4f);
      assertThat(gathered.subList(1, ranks)).allSatisfy(others -> assertThat(others).isEmpty());
    }
  }

  private static Compression compression(Sparsify sparsify) {
    return compression(new Exchange(Precision.FLOAT32, sparsify));
  }

  private static Compression compression(Exchange exchange) {
    return compression(exchange, LAYOUT);
  }

  private static Compression compression(Exchange exchange, GradientLayout layout) {
    return Ranks.run(1, 1, group -> Compression.of(exchange, layout, group)).get(0);
  }

  @Test
  void roundsGradientsButNotStatistics() {
    NodeForm form = compression(new Exchange(Precision.BFLOAT16, NONE)).form(4);
    float odd = 1 + 0x1p-20f;

    List<float[]> sums =
        Ranks.run(
            1,
            2,
            group -> {
              FloatVector result = FloatVector.allocate(10);
              float[] lane = new float[10];
              java.util.Arrays.fill(lane, odd);
              group.allReduce(Vectors.sums(group, 10, form, l -> lane), result, OCCASION);
              return Vectors.floats(result);
            });

    assertThat(sums.get(0)).containsExactly(2, 2, 2, 2, 2, 2, 2, 2, 2 * odd, 2 * odd);
  }

  private static float[] exchanged(Compression compression, int samples, float... gradient) {
    FloatVector vector = Vectors.vector(gradient);
    compression.apply(0, vector, WHOLE, samples);
    return Vectors.floats(vector);
  }
}
