package dev.lockstep.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.testing.Graphs;
import dev.lockstep.worker.testing.Networks;
import dev.lockstep.worker.testing.Sequences;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a pass tells of its gradient while it goes on. */
@Timeout(120)
class GradientListenerTest {
  private static final int SAMPLES = 5;
  private static final long SEED = 11;

  /** A network of some kind, the elements of a sample that its inputs take, and its outputs. */
  private record Kind(String name, NetworkConfiguration network, List<int[]> inputs, int outputs) {
    /** A network that shares nothing with others, the counters of its configuration included. */
    Network fresh() {
      return NetworkConfiguration.ofJson(network.toJson()).network();
    }

    INDArray[] features() {
      int width = inputs.stream().flatMapToInt(Arrays::stream).max().orElseThrow() + 1;
      INDArray all =
          Nd4j.linspace(DataType.FLOAT, -1, 0.01, (long) SAMPLES * width).reshape(SAMPLES, width);
      return inputs.stream().map(all::getColumns).toArray(INDArray[]::new);
    }

    INDArray[] targets() {
      return IntStream.range(0, outputs).mapToObj(i -> oneHot()).toArray(INDArray[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> kinds() {
    Stream<Kind> stacks =
        Arrays.stream(Networks.values())
            .map(
                network ->
                    stack(network.name(), network.with("adam"), network.takesImages() ? 64 : 12));
    Stream<Kind> sequences =
        Arrays.stream(Sequences.values())
            .map(network -> stack(network.name(), network.configuration(), 12));
    Stream<Kind> graphs =
        Arrays.stream(Graphs.values())
            .map(
                graph ->
                    new Kind(
                        "graph " + graph,
                        new GraphConfiguration(graph.with("adam")),
                        List.of(graph.inputs()),
                        graph.outputs()));
    return Stream.of(stacks, sequences, graphs, Stream.of(stack("FROZEN", frozen(), 12)))
        .flatMap(kinds -> kinds)
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void coversTheGradientOnceWithWhatThePassLeaves(Kind kind) {
    NetworkTrainer trainer = kind.fresh().trainer(Updating.DL4J);
    for (int pass = 0; pass < 3; pass++) { // the stand-ins of the first pass serve the others
      float[] told = new float[Math.toIntExact(trainer.gradient().length())];
      int[] times = new int[told.length];
      INDArray gradient = trainer.gradient();
      Nd4j.getRandom().setSeed(SEED + pass);

      double loss =
          trainer.computeGradient(
              kind.features(),
              kind.targets(),
              part -> {
                for (int i = part.start(); i < part.end(); i++) {
                  told[i] = gradient.getFloat(i);
                  times[i]++;
                }
              });

      assertThat(times).containsOnly(1);
      assertThat(told).isEqualTo(gradient.toFloatVector());
      assertThat(loss).isFinite();
      trainer.applyUpdate(SAMPLES);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void leavesTheBitsThatNobodyIsToldOf(Kind kind) {
    Network silent = kind.fresh();
    Network told = kind.fresh();
    NetworkTrainer silentTrainer = silent.trainer(Updating.DL4J);
    NetworkTrainer toldTrainer = told.trainer(Updating.DL4J);

    for (int step = 0; step < 3; step++) {
      Nd4j.getRandom().setSeed(SEED + step);
      double loss = silentTrainer.computeGradient(kind.features(), kind.targets());
      silentTrainer.applyUpdate(SAMPLES);
      Nd4j.getRandom().setSeed(SEED + step);
      assertThat(toldTrainer.computeGradient(kind.features(), kind.targets(), part -> {}))
          .isEqualTo(loss);
      toldTrainer.applyUpdate(SAMPLES);
      assertThat(told.output(kind.features())).isEqualTo(silent.output(kind.features()));
    }

    assertThat(told.parameters()).isEqualTo(silent.parameters());
  }

  @Test
  void tellsOfLaterLayersFirst() {
    NetworkTrainer trainer = network(Networks.LENET.with("sgd")).trainer(Updating.DL4J);
    List<Span> expected = new ArrayList<>(trainer.layers());
    Collections.reverse(expected);

    assertThat(told(trainer, 64)).isEqualTo(expected);
  }

  @Test
  void leavesTheLayersInTheirPlacesAfterAPass() {
    StackNetwork network = network(Networks.MLP.with("sgd"));

    told(network.trainer(Updating.DL4J), 12);

    assertThat(network.dl4j().getLayers()).noneMatch(layer -> Proxy.isProxyClass(layer.getClass()));
  }

  @Test
  void leavesTheLayersInTheirPlacesAfterAPassThatFails() {
    StackNetwork network = network(Networks.MLP.with("sgd"));
    NetworkTrainer trainer = network.trainer(Updating.DL4J);

    assertThatThrownBy(() -> told(trainer, 13)).hasMessageContaining("13");

    assertThat(network.dl4j().getLayers()).noneMatch(layer -> Proxy.isProxyClass(layer.getClass()));
  }

  @Test
  void waitsForTheEndWhereAListenerOfTheNetworkMayChangeTheGradient() {
    StackNetwork network = network(Networks.MLP.with("sgd"));
    network.dl4j().setListeners(new ScoreIterationListener(100));

    assertThat(told(network.trainer(Updating.DL4J), 12)).containsExactly(whole(network));
  }

  @Test
  void waitsForTheEndWherePropagationIsTruncated() {
    StackNetwork network = network(Sequences.TRUNCATED.configuration());

    assertThat(told(network.trainer(Updating.DL4J), 12)).containsExactly(whole(network));
  }

  @Test
  void tellsOfRecurrentLayersOneByOne() {
    for (Sequences kind : List.of(Sequences.LSTM, Sequences.BIDIRECTIONAL, Sequences.LAST_STEP)) {
      assertThat(told(network(kind.configuration()).trainer(Updating.DL4J), 12))
          .as("%s", kind)
          .hasSize(3);
    }
  }

  private static List<Span> told(NetworkTrainer trainer, int width) {
    List<Span> spans = new ArrayList<>();
    trainer.computeGradient(
        new INDArray[] {Nd4j.ones(DataType.FLOAT, SAMPLES, width)},
        new INDArray[] {oneHot()},
        spans::add);
    return spans;
  }

  private static Span whole(StackNetwork network) {
    return new Span(0, Math.toIntExact(network.parameters().length()));
  }

  private static Kind stack(String name, MultiLayerConfiguration configuration, int width) {
    List<int[]> inputs = List.of(IntStream.range(0, width).toArray());
    return new Kind(name, new StackConfiguration(configuration), inputs, 1);
  }

  private static StackNetwork network(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return new StackNetwork(network);
  }

  private static MultiLayerConfiguration frozen() {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .list()
        .layer(new FrozenLayer(new DenseLayer.Builder().nIn(12).nOut(8).build()))
        .layer(new DenseLayer.Builder().nIn(8).nOut(8).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(8)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  private static INDArray oneHot() {
    INDArray targets = Nd4j.zeros(DataType.FLOAT, SAMPLES, 3);
    for (int sample = 0; sample < SAMPLES; sample++) {
      targets.putScalar(sample, sample % 3, 1);
    }
    return targets;
  }
}
