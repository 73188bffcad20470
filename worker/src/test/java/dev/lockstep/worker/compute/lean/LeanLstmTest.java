package dev.lockstep.worker.compute.lean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.Compute;
import dev.lockstep.common.run.ComputePath;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.LayerCompute;
import dev.lockstep.worker.compute.ComputeChooser;
import dev.lockstep.worker.compute.lean.RandomSequenceNets.Net;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.LayerSlot;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkTrainer;
import dev.lockstep.worker.network.StackConfiguration;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.network.Updating;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(300)
class LeanLstmTest {
  private static final long SEED = 20261121;
  private static final int NETS = 100;
  private static final double TOLERANCE = 1e-5;
  private static final int FEATURES = 5;
  private static final int UNITS = 7;
  private static final int TIME = 9;
  private static final int SAMPLES = 6;

  private final Random random = new Random(SEED);

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

  /** The LSTMs that were exchanged. */
  private static int exchange(Network network) {
    network.makeGradient();
    int exchanged = 0;
    for (LayerSlot slot : network.slots()) {
      if (slot.layer().get().getClass() == org.deeplearning4j.nn.layers.recurrent.LSTM.class) {
        assertThat(LeanLayers.obstacle(slot)).isEmpty();
        assertThat(LeanLayers.exchange(slot)).isEqualTo(ComputePath.LEAN);
        assertThat(slot.layer().get()).isInstanceOf(LeanLstm.class);
        exchanged++;
      }
    }
    return exchanged;
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
        new INDArray[] {sequences(SAMPLES)},
        targets,
        "seed %d, workspaces %s".formatted(SEED, mode));
  }

  @Test
  void isChosenWhereItAgrees() {
    ComputePlan plan =
        ComputeChooser.choose(
            Compute.AUTO,
            new StackConfiguration(backprop(stack())),
            new INDArray[] {sequences(SAMPLES)},
            new INDArray[] {targets(SAMPLES)});
    assertThat(plan.layers())
        .extracting(LayerCompute::path)
        .containsExactly(ComputePath.LEAN, ComputePath.LEAN, ComputePath.DL4J);
    assertThat(plan.layers().get(0).reason()).startsWith("gradient within");
  }

  @Test
  void tellsOfItsGradientAsSoonAsItIsThere() {
    NetworkTrainer trainer = lean(backprop(stack())).trainer(Updating.DL4J);
    INDArray[] x = {sequences(SAMPLES)};
    INDArray[] y = {targets(SAMPLES)};
    trainer.computeGradient(x, y);
    float[] expected = trainer.gradient().toFloatVector();
    float[] told = new float[expected.length];
    trainer.computeGradient(
        x,
        y,
        (start, length) -> {
          for (int i = start; i < start + length; i++) {
            told[i] = trainer.gradient().getFloat(i);
          }
        });
    assertThat(told).isEqualTo(expected);
  }

  @Test
  void takesSequencesInAnyOrderOfMemory() {
    NetworkTrainer trainer = lean(backprop(stack())).trainer(Updating.DL4J);
    INDArray[] y = {targets(SAMPLES)};
    INDArray x = sequences(SAMPLES);
    INDArray wider = Nd4j.concat(1, sequences(SAMPLES), x, sequences(SAMPLES));
    INDArray part =
        wider.get(
            NDArrayIndex.all(), NDArrayIndex.interval(FEATURES, 2 * FEATURES), NDArrayIndex.all());
    INDArray longer = Nd4j.concat(2, sequences(SAMPLES), x).dup('f');
    INDArray end =
        longer.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(TIME, 2 * TIME));
    trainer.computeGradient(new INDArray[] {x}, y);
    float[] expected = trainer.gradient().toFloatVector();
    for (INDArray other : new INDArray[] {x.dup('f'), part, end}) {
      trainer.computeGradient(new INDArray[] {other}, y);
      assertThat(trainer.gradient().toFloatVector()).isEqualTo(expected);
    }
  }

  @Test
  void leavesInferenceToDl4j() {
    MultiLayerNetwork stock = network(backprop(stack())).dl4j();
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    INDArray x = sequences(SAMPLES);
    assertThat(lean.output(x)).isEqualTo(stock.output(x));
    DataSet batch = new DataSet(x, targets(SAMPLES));
    assertThat(lean.score(batch)).isEqualTo(stock.score(batch));
  }

  @Test
  void leavesSteppingThroughASequenceToDl4j() {
    MultiLayerNetwork stock = network(backprop(stack())).dl4j();
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    lean.fit(new DataSet(sequences(SAMPLES), targets(SAMPLES)));
    stock.setParams(lean.params());
    for (int call = 0; call < 3; call++) {
      INDArray x = sequences(SAMPLES);
      assertThat(lean.rnnTimeStep(x)).isEqualTo(stock.rnnTimeStep(x));
    }
  }

  @Test
  void leavesTruncatedBackpropagationToDl4j() {
    MultiLayerNetwork stock = network(truncated(stack())).dl4j();
    MultiLayerNetwork lean = lean(truncated(stack())).dl4j();
    for (int step = 0; step < 3; step++) {
      DataSet batch = new DataSet(sequences(SAMPLES), targets(SAMPLES));
      stock.fit(batch);
      lean.fit(batch);
    }
    assertThat(lean.params()).isEqualTo(stock.params());
  }

  @Test
  void trainsOnMaskedSequencesAsDl4jDoes() {
    MultiLayerNetwork stock = network(backprop(stack())).dl4j();
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    for (int step = 0; step < 3; step++) {
      INDArray mask = Nd4j.ones(SAMPLES, TIME);
      for (int sample = 0; sample < SAMPLES; sample++) {
        for (int time = TIME - random.nextInt(TIME); time < TIME; time++) {
          mask.putScalar(sample, time, 0);
        }
      }
      DataSet batch = new DataSet(sequences(SAMPLES), targets(SAMPLES), mask, mask);
      stock.fit(batch);
      lean.fit(batch);
    }
    assertThat(lean.params().equalsWithEps(stock.params(), 1e-5)).isTrue();
  }

  @Test
  void leavesAMaskedLayerToDl4j() {
    MultiLayerNetwork stock = network(backprop(stack())).dl4j();
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    INDArray mask = Nd4j.ones(SAMPLES, TIME);
    mask.putScalar(1, TIME - 1, 0);
    stock.getLayer(0).setMaskArray(mask);
    lean.getLayer(0).setMaskArray(mask);
    INDArray x = sequences(SAMPLES);
    INDArray output = lean.feedForward(x, true).get(1);
    assertThat(output).isEqualTo(stock.feedForward(x, true).get(1));
    assertThat(output.getDouble(1, 0, TIME - 1)).isZero();
    assertThat(output.getDouble(0, 0, TIME - 1)).isNotZero();
  }

  @Test
  void isSavedAndRestoredAsDl4jsOwn() throws IOException {
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    lean.fit(new DataSet(sequences(SAMPLES), targets(SAMPLES)));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(lean, file, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(file.toByteArray()), true);
    assertThat(restored.getLayer(0).getClass())
        .isEqualTo(org.deeplearning4j.nn.layers.recurrent.LSTM.class);
    assertThat(restored.params()).isEqualTo(lean.params());
    assertThat(lean.clone().params()).isEqualTo(lean.params());
    INDArray x = sequences(SAMPLES);
    assertThat(restored.output(x)).isEqualTo(lean.output(x));
  }

  static Stream<Arguments> layersLeftToDl4j() {
    String functions = "it has other activation functions than tanh and sigmoid";
    return Stream.of(
        Arguments.of(
            new LSTM.Builder().activation(Activation.SOFTSIGN).nOut(UNITS).build(), functions),
        Arguments.of(
            new LSTM.Builder().gateActivationFunction(Activation.HARDSIGMOID).nOut(UNITS).build(),
            functions),
        Arguments.of(
            new LSTM.Builder().dropOut(0.5).nOut(UNITS).build(), "it has dropout or weight noise"),
        Arguments.of(
            new SimpleRnn.Builder().nOut(UNITS).build(), "no other path for this kind of layer"));
  }

  @ParameterizedTest
  @MethodSource("layersLeftToDl4j")
  void leavesToDl4jWhatIsNotThePlainCase(
      org.deeplearning4j.nn.conf.layers.Layer layer, String reason) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(layer)
            .layer(output())
            .setInputType(InputType.recurrent(FEATURES, TIME))
            .build();
    LayerSlot slot = network(configuration).slots().get(0);
    assertThat(LeanLayers.obstacle(slot)).contains(reason);
  }

  @Test
  void leavesSequencesWithTheFeaturesLastToDl4j() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new LSTM.Builder().nOut(UNITS).dataFormat(RNNFormat.NWC).build())
            .layer(output())
            .setInputType(InputType.recurrent(FEATURES, TIME, RNNFormat.NWC))
            .build();
    assertThat(LeanLayers.obstacle(network(configuration).slots().get(0)))
        .contains("its sequences have the features last");
  }

  private static StackNetwork network(MultiLayerConfiguration configuration) {
    return (StackNetwork) new StackConfiguration(configuration).network();
  }

  private static StackNetwork lean(MultiLayerConfiguration configuration) {
    StackNetwork network = network(configuration);
    assertThat(exchange(network)).isEqualTo(2);
    return network;
  }

  private static NeuralNetConfiguration.ListBuilder stack() {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Sgd(0.1))
        .list()
        .layer(new LSTM.Builder().activation(Activation.TANH).nOut(UNITS).build())
        .layer(new LSTM.Builder().nOut(UNITS).build())
        .layer(output())
        .setInputType(InputType.recurrent(FEATURES, TIME));
  }

  private static RnnOutputLayer output() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(3)
        .build();
  }

  private static MultiLayerConfiguration backprop(NeuralNetConfiguration.ListBuilder stack) {
    return stack.build();
  }

  private static MultiLayerConfiguration truncated(NeuralNetConfiguration.ListBuilder stack) {
    return stack.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(4).build();
  }

  private INDArray sequences(int samples) {
    INDArray sequences = Nd4j.create(samples, FEATURES, TIME);
    for (int i = 0; i < sequences.length(); i++) {
      sequences.putScalar(i, random.nextGaussian());
    }
    return sequences;
  }

  private INDArray targets(int samples) {
    INDArray targets = Nd4j.zeros(samples, 3, TIME);
    for (int sample = 0; sample < samples; sample++) {
      for (int time = 0; time < TIME; time++) {
        targets.putScalar(sample, random.nextInt(3), time, 1);
      }
    }
    return targets;
  }
}
