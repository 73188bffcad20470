package dev.lockstep.worker.compute.lean;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.run.ComputePath;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.LayerCompute;
import dev.lockstep.worker.compute.ComputeChooser;
import dev.lockstep.worker.compute.ComputePaths;
import dev.lockstep.worker.compute.lean.RandomImageNets.Net;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.NetworkTrainer;
import dev.lockstep.worker.network.StackConfiguration;
import dev.lockstep.worker.network.Updating;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(300)
class LeanLayersTest {
  private static final long SEED = 20261121;
  private static final int NETS = 100;
  private static final double TOLERANCE = 1e-5;

  @BeforeAll
  static void useOneThread() {
    NativeThreads.useOnePerOperation();
  }

  @Test
  void computesTheGradientsOfAHundredRandomNetsAsDl4jDoes() {
    Random random = new Random(SEED);
    RandomImageNets nets = new RandomImageNets(random);
    Map<ComputePath, Integer> paths = new EnumMap<>(ComputePath.class);
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < NETS; i++) {
      Net net = nets.next();
      int samples = 8 + random.nextInt(16);
      ComputePlan plan = compare(net, random, samples, "seed %d, net %d".formatted(SEED, i));
      for (LayerCompute layer : plan.layers()) {
        paths.merge(layer.path(), 1, Integer::sum);
        if (layer.reason().contains("off") || layer.reason().contains("fails")) {
          refused.add("net %d: %s".formatted(i, layer));
        }
      }
    }

    assertThat(refused).as("layers whose other path does not agree, seed %d", SEED).isEmpty();
    assertThat(paths.get(ComputePath.ONEDNN)).isGreaterThan(NETS);
    assertThat(paths.get(ComputePath.LEAN)).isGreaterThan(NETS / 5);
  }

  private static ComputePlan compare(Net net, Random random, int samples, String which) {
    StackConfiguration configuration = new StackConfiguration(net.configuration());
    INDArray[] features = {net.features(random, samples)};
    INDArray[] targets = {net.targets(random, samples)};
    ComputePlan plan = ComputeChooser.choose(configuration.network(), features, targets);
    NetworkTrainer stock = configuration.network().trainer(Updating.DL4J);
    NetworkTrainer lean = ComputePaths.trainer(configuration.network(), plan);
    for (int size : new int[] {samples, samples - 1, samples}) {
      INDArray[] x = {net.features(random, size)};
      INDArray[] y = {net.targets(random, size)};
      double loss = stock.computeGradient(x, y);
      assertThat(lean.computeGradient(x, y) / loss).as(which).isBetween(1 - 1e-4, 1 + 1e-4);
      float[] expected = stock.gradient().toFloatVector();
      double largest = stock.gradient().amaxNumber().doubleValue();
      float[] found = lean.gradient().toFloatVector();
      for (int element = 0; element < expected.length; element++) {
        assertThat(Math.abs((double) found[element] - expected[element]))
            .as("element %d of %s: %s", element, which, plan)
            .isLessThanOrEqualTo(TOLERANCE * largest);
      }
      assertThat(lean.computeGradient(x, y)).as(which).isEqualTo(lean.computeGradient(x, y));
      assertThat(lean.gradient().toFloatVector()).as(which).isEqualTo(found);
    }
    return plan;
  }
}
