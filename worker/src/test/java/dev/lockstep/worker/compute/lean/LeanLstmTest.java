package dev.lockstep.worker.compute.lean;

import static dev.lockstep.worker.compute.lean.LstmStacks.FEATURES;
import static dev.lockstep.worker.compute.lean.LstmStacks.SAMPLES;
import static dev.lockstep.worker.compute.lean.LstmStacks.SEED;
import static dev.lockstep.worker.compute.lean.LstmStacks.TIME;
import static dev.lockstep.worker.compute.lean.LstmStacks.UNITS;
import static dev.lockstep.worker.compute.lean.LstmStacks.backprop;
import static dev.lockstep.worker.compute.lean.LstmStacks.exchange;
import static dev.lockstep.worker.compute.lean.LstmStacks.lean;
import static dev.lockstep.worker.compute.lean.LstmStacks.stack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.run.ComputePath;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.LayerCompute;
import dev.lockstep.worker.compute.ComputeChooser;
import dev.lockstep.worker.compute.lean.RandomSequenceNets.Net;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkTrainer;
import dev.lockstep.worker.network.StackConfiguration;
import dev.lockstep.worker.network.Updating;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(300)
class LeanLstmTest {
  private static final int NETS = 100;
  private static final double TOLERANCE = 1e-5;

  private final Random random = new Random(SEED);
  private final LstmStacks stacks = new LstmStacks(random);

  @BeforeAll
  static void useOneThread() {
    NativeThreads.useOnePerOperation();
  }

  @Test
  void computesTheGradientsOfAHundredRandomNetsAsDl4jDoes() {
    RandomSequenceNets nets = new RandomSequenceNets(random);
    for (int i = 0; i < NETS; i++) {
      Net net = nets.next();
      int samples = 1 + random.nextInt(20);
      StackConfiguration configuration = new StackConfiguration(net.configuration());
      Network plain = configuration.network();
      Network lean = configuration.network();
      float scale = 1 + random.nextInt(3);
      plain.parameters().muli(scale);
      lean.parameters().muli(scale);
      NetworkTrainer stock = plain.trainer(Updating.DL4J);
      assertThat(exchange(lean)).isEqualTo(net.lstms());
      NetworkTrainer trainer = lean.trainer(Updating.DL4J);
      for (int size : new int[] {samples, samples + 1, samples}) {
        INDArray[] x = {net.features(random, size)};
        INDArray[] y = {net.targets(random, size)};
        assertAgree(stock, trainer, x, y, "seed %d, net %d".formatted(SEED, i));
      }
    }
  }

  private static void assertAgree(
      NetworkTrainer stock, NetworkTrainer lean, INDArray[] x, INDArray[] y, String which) {
    double loss = stock.computeGradient(x, y);
    assertThat(lean.computeGradient(x, y)).as(which).isCloseTo(loss, within(1e-4 * loss));
    float[] expected = stock.gradient().toFloatVector();
    float[] found = lean.gradient().toFloatVector();
    double largest = stock.gradient().amaxNumber().doubleValue();
    double most = 0;
    for (int element = 0; element < expected.length; element++) {
      most = Math.max(most, Math.abs((double) found[element] - expected[element]));
    }
    assertThat(most / largest).as(which).isBetween(0.0, TOLERANCE);
    lean.gradient().assign(Float.NaN);
    lean.computeGradient(x, y);
    assertThat(lean.gradient().toFloatVector()).as(which).isEqualTo(found);
  }

  @ParameterizedTest
  @EnumSource(
      value = WorkspaceMode.class,
      names = {"ENABLED", "NONE"})
  void computesTheGradientOfAGraphThatUsesTheLastTimeStep(WorkspaceMode mode) {
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .trainingWorkspaceMode(mode)
            .updater(new Sgd(0.1))
            .graphBuilder()
            .addInputs("input")
            .addLayer("first", new LSTM.Builder().nOut(UNITS).build(), "input")
            .addLayer("second", new LSTM.Builder().nOut(UNITS).build(), "first")
            .addVertex("both", new MergeVertex(), "first", "second")
            .addVertex("last", new LastTimeStepVertex("input"), "both")
            .addLayer(
                "output",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nOut(3)
                    .build(),
                "last")
            .setOutputs("output")
            .setInputTypes(InputType.recurrent(FEATURES, TIME))
            .build();
    GraphConfiguration configuration = new GraphConfiguration(graph);
    Network lean = configuration.network();
    assertThat(exchange(lean)).isEqualTo(2);
    INDArray[] targets = {Nd4j.zeros(SAMPLES, 3)};
    for (int sample = 0; sample < SAMPLES; sample++) {
      targets[0].putScalar(sample, sample % 3, 1);
    }
    assertAgree(
        configuration.network().trainer(Updating.DL4J),
        lean.trainer(Updating.DL4J),
        new INDArray[] {stacks.sequences(SAMPLES)},
        targets,
        "seed %d, workspaces %s".formatted(SEED, mode));
  }

  @Test
  void isChosenWhereItAgrees() {
    ComputePlan plan =
        ComputeChooser.choose(
            new StackConfiguration(backprop(stack())).network(),
            new INDArray[] {stacks.sequences(SAMPLES)},
            new INDArray[] {stacks.targets(SAMPLES)});
    assertThat(plan.layers())
        .extracting(LayerCompute::path)
        .containsExactly(ComputePath.LEAN, ComputePath.LEAN, ComputePath.DL4J);
    assertThat(plan.layers().get(0).reason()).startsWith("gradient within");
  }

  @Test
  void tellsOfItsGradientAsSoonAsItIsThere() {
    NetworkTrainer trainer = lean(backprop(stack())).trainer(Updating.DL4J);
    INDArray[] x = {stacks.sequences(SAMPLES)};
    INDArray[] y = {stacks.targets(SAMPLES)};
    trainer.computeGradient(x, y);
    float[] expected = trainer.gradient().toFloatVector();
    float[] told = new float[expected.length];
    trainer.computeGradient(
        x,
        y,
        part -> {
          for (int i = part.start(); i < part.end(); i++) {
            told[i] = trainer.gradient().getFloat(i);
          }
        });
    assertThat(told).isEqualTo(expected);
  }

  @Test
  void takesSequencesInAnyOrderOfMemory() {
    NetworkTrainer trainer = lean(backprop(stack())).trainer(Updating.DL4J);
    INDArray[] y = {stacks.targets(SAMPLES)};
    INDArray x = stacks.sequences(SAMPLES);
    INDArray wider = Nd4j.concat(1, stacks.sequences(SAMPLES), x, stacks.sequences(SAMPLES));
    INDArray part =
        wider.get(
            NDArrayIndex.all(), NDArrayIndex.interval(FEATURES, 2 * FEATURES), NDArrayIndex.all());
    INDArray longer = Nd4j.concat(2, stacks.sequences(SAMPLES), x).dup('f');
    INDArray end =
        longer.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(TIME, 2 * TIME));
    trainer.computeGradient(new INDArray[] {x}, y);
    float[] expected = trainer.gradient().toFloatVector();
    for (INDArray other : new INDArray[] {x.dup('f'), part, end}) {
      trainer.computeGradient(new INDArray[] {other}, y);
      assertThat(trainer.gradient().toFloatVector()).isEqualTo(expected);
    }
  }
}
