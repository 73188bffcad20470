package dev.lockstep.worker.compute.lean;

import static dev.lockstep.worker.compute.lean.LstmStacks.FEATURES;
import static dev.lockstep.worker.compute.lean.LstmStacks.SAMPLES;
import static dev.lockstep.worker.compute.lean.LstmStacks.SEED;
import static dev.lockstep.worker.compute.lean.LstmStacks.TIME;
import static dev.lockstep.worker.compute.lean.LstmStacks.UNITS;
import static dev.lockstep.worker.compute.lean.LstmStacks.backprop;
import static dev.lockstep.worker.compute.lean.LstmStacks.lean;
import static dev.lockstep.worker.compute.lean.LstmStacks.network;
import static dev.lockstep.worker.compute.lean.LstmStacks.output;
import static dev.lockstep.worker.compute.lean.LstmStacks.stack;
import static dev.lockstep.worker.compute.lean.LstmStacks.truncated;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.LayerSlot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

@Timeout(300)
class LeanLstmFallbackTest {
  private final Random random = new Random(SEED);
  private final LstmStacks stacks = new LstmStacks(random);

  @BeforeAll
  static void useOneThread() {
    NativeThreads.useOnePerOperation();
  }

  @Test
  void leavesInferenceToDl4j() {
    MultiLayerNetwork stock = network(backprop(stack())).dl4j();
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    INDArray x = stacks.sequences(SAMPLES);
    assertThat(lean.output(x)).isEqualTo(stock.output(x));
    DataSet batch = new DataSet(x, stacks.targets(SAMPLES));
    assertThat(lean.score(batch)).isEqualTo(stock.score(batch));
  }

  @Test
  void leavesSteppingThroughASequenceToDl4j() {
    MultiLayerNetwork stock = network(backprop(stack())).dl4j();
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    lean.fit(new DataSet(stacks.sequences(SAMPLES), stacks.targets(SAMPLES)));
    stock.setParams(lean.params());
    for (int call = 0; call < 3; call++) {
      INDArray x = stacks.sequences(SAMPLES);
      assertThat(lean.rnnTimeStep(x)).isEqualTo(stock.rnnTimeStep(x));
    }
  }

  @Test
  void leavesTruncatedBackpropagationToDl4j() {
    MultiLayerNetwork stock = network(truncated(stack())).dl4j();
    MultiLayerNetwork lean = lean(truncated(stack())).dl4j();
    for (int step = 0; step < 3; step++) {
      DataSet batch = new DataSet(stacks.sequences(SAMPLES), stacks.targets(SAMPLES));
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
      DataSet batch = new DataSet(stacks.sequences(SAMPLES), stacks.targets(SAMPLES), mask, mask);
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
    INDArray x = stacks.sequences(SAMPLES);
    INDArray output = lean.feedForward(x, true).get(1);
    assertThat(output).isEqualTo(stock.feedForward(x, true).get(1));
    assertThat(output.getDouble(1, 0, TIME - 1)).isZero();
    assertThat(output.getDouble(0, 0, TIME - 1)).isNotZero();
  }

  @Test
  void isSavedAndRestoredAsDl4jsOwn() throws IOException {
    MultiLayerNetwork lean = lean(backprop(stack())).dl4j();
    lean.fit(new DataSet(stacks.sequences(SAMPLES), stacks.targets(SAMPLES)));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(lean, file, true);
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(file.toByteArray()), true);
    assertThat(restored.getLayer(0).getClass())
        .isEqualTo(org.deeplearning4j.nn.layers.recurrent.LSTM.class);
    assertThat(restored.params()).isEqualTo(lean.params());
    assertThat(lean.clone().params()).isEqualTo(lean.params());
    INDArray x = stacks.sequences(SAMPLES);
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
            new SimpleRnn.Builder().nOut(UNITS).build(),
            "only DL4J computes this kind of layer by itself"));
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
}
