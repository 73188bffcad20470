package dev.lockstep.worker.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.common.run.ComputePath;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.LayerCompute;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.GraphConfiguration;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.network.NetworkTrainer;
import dev.lockstep.worker.network.StackConfiguration;
import dev.lockstep.worker.testing.Networks;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ComputeChooserTest {
  @BeforeAll
  static void useOneThread() {
    NativeThreads.useOnePerOperation();
  }

  @Test
  void takesTheDirectPathForAStackOfDenseLayers() {
    ComputePlan plan = choose(stack(Networks.MLP), 12);

    assertThat(plan.layers())
        .containsExactly(
            new LayerCompute("0", "DenseLayer", ComputePath.DIRECT, "same bits as DL4J"),
            new LayerCompute("1", "DenseLayer", ComputePath.DIRECT, "same bits as DL4J"),
            new LayerCompute("2", "OutputLayer", ComputePath.DIRECT, "same bits as DL4J"));
    assertThat(plan.notDirect()).isEmpty();
    assertThat(plan.summary()).isEqualTo("3 layers direct");
  }

  @Test
  void leavesEverythingToDl4jWhereThatIsWanted() {
    ComputePlan plan = ComputeChooser.stock(stack(Networks.MLP).network());

    assertThat(plan.layers())
        .hasSize(3)
        .allSatisfy(
            layer -> {
              assertThat(layer.path()).isEqualTo(ComputePath.DL4J);
              assertThat(layer.reason()).isEqualTo("training.compute is dl4j");
            });
  }

  @Test
  void saysOfEachLayerByWhichPathAndWhy() {
    ComputePlan plan = choose(stack(Networks.LENET_WITH_BATCH_NORM), 64);

    assertThat(plan.layers())
        .extracting(LayerCompute::kind, LayerCompute::path)
        .containsExactly(
            tuple("ConvolutionLayer", ComputePath.ONEDNN),
            tuple("BatchNormalization", ComputePath.ONEDNN),
            tuple("SubsamplingLayer", ComputePath.ONEDNN),
            tuple("DenseLayer", ComputePath.LEAN),
            tuple("OutputLayer", ComputePath.DL4J));
    assertThat(plan.layers().get(0).reason())
        .matches("gradient within \\de-\\d\\d of DL4J's largest");
    assertThat(plan.notDirect()).hasValue("layer 0 (ConvolutionLayer) is not dense");
    assertThat(plan.layers().get(4).reason())
        .isEqualTo("only DL4J computes this kind of layer by itself");
  }

  @Test
  void putsAGraphOnThePathsOfItsPlanWithTheVeryBitsOfDl4j() {
    NetworkConfiguration graph = new GraphConfiguration(residual());
    INDArray[] inputs = {Nd4j.rand(9, 12)};
    ComputePlan plan = ComputeChooser.choose(graph.network(), inputs, targets(9));
    assertThat(plan.layers())
        .extracting(LayerCompute::layer, LayerCompute::path)
        .containsExactlyInAnyOrder(
            tuple("first", ComputePath.LEAN),
            tuple("second", ComputePath.LEAN),
            tuple("output", ComputePath.DL4J));

    Network stock = new GraphConfiguration(residual()).network();
    Network lean = new GraphConfiguration(residual()).network();
    NetworkTrainer byDl4j = ComputePaths.trainer(stock, ComputePlan.DL4J);
    NetworkTrainer byPlan = ComputePaths.trainer(lean, plan);
    for (int step = 0; step < 5; step++) {
      for (NetworkTrainer trainer : List.of(byDl4j, byPlan)) {
        trainer.computeGradient(inputs, targets(9));
        trainer.applyUpdate(9);
      }
      assertThat(lean.parameters().toFloatVector()).isEqualTo(stock.parameters().toFloatVector());
    }
    assertThat(lean.output(inputs)).isEqualTo(stock.output(inputs));
  }

  @Test
  void isReadAsItWasWritten() {
    ComputePlan plan = choose(stack(Networks.LENET), 64);

    assertThat(Json.read(Json.write(plan), ComputePlan.class, "a plan")).isEqualTo(plan);
  }

  private static ComputePlan choose(NetworkConfiguration network, int features) {
    return ComputeChooser.choose(
        network.network(), new INDArray[] {Nd4j.rand(8, features)}, targets(8));
  }

  private static NetworkConfiguration stack(Networks network) {
    return new StackConfiguration(network.with("adam"));
  }

  private static INDArray[] targets(int samples) {
    INDArray targets = Nd4j.zeros(samples, 3);
    for (int row = 0; row < samples; row++) {
      targets.putScalar(row, row % 3, 1);
    }
    return new INDArray[] {targets};
  }

  private static ComputationGraphConfiguration residual() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Adam(0.01))
        .activation(Activation.RELU)
        .graphBuilder()
        .addInputs("input")
        .addLayer("first", new DenseLayer.Builder().nIn(12).nOut(7).build(), "input")
        .addLayer("second", new DenseLayer.Builder().nIn(7).nOut(7).build(), "first")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "second")
        .addLayer(
            "output",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(7)
                .nOut(3)
                .build(),
            "sum")
        .setOutputs("output")
        .build();
  }
}
