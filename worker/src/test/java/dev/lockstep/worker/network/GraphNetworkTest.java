package dev.lockstep.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.worker.network.Network.Scored;
import dev.lockstep.worker.testing.Graphs;
import dev.lockstep.worker.testing.Networks;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What a graph says of samples is what plain DL4J says of them. */
@Timeout(120)
class GraphNetworkTest {
  private static final int SAMPLES = 7;

  @ParameterizedTest
  @EnumSource
  void scoresAsPlainDl4jDoes(Graphs kind) {
    ComputationGraph graph = trained(kind);
    INDArray[] inputs = inputs(kind, SAMPLES);
    INDArray[] before = Arrays.stream(inputs).map(INDArray::dup).toArray(INDArray[]::new);
    INDArray output = graph.output(false, inputs)[0].dup();

    Scored scored = new GraphNetwork(graph).score(inputs, targets(SAMPLES));

    assertThat(scored.outputs()).isEqualTo(output);
    if (kind.outputs() == 1) {
      MultiDataSet data = new MultiDataSet(inputs, new INDArray[] {targets(SAMPLES)});
      assertThat(scored.losses()).isEqualTo(graph.scoreExamples(data, false));
    }
    assertThat(inputs).isEqualTo(before);
    assertThat(new GraphNetwork(graph).output(inputs)).isEqualTo(output);
  }

  @Test
  void scoresTheFirstOfSeveralOutputsAlone() {
    ComputationGraph graph = trained(Graphs.TWO_OUTPUTS);
    INDArray[] inputs = inputs(Graphs.TWO_OUTPUTS, SAMPLES);

    Scored scored = new GraphNetwork(graph).score(inputs, targets(SAMPLES));

    INDArray main = graph.output(false, inputs)[0];
    for (int sample = 0; sample < SAMPLES; sample++) {
      double probability = main.getDouble(sample, sample % 3);
      assertThat(scored.losses().getDouble(sample)).isCloseTo(-Math.log(probability), within(1e-5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesTrainingUndisturbed(Graphs kind) {
    ComputationGraph alone = initialised(kind);
    ComputationGraph scored = initialised(kind);
    for (int step = 0; step < 3; step++) {
      fit(alone, kind, step);
      fit(scored, kind, step);
      new GraphNetwork(scored).score(inputs(kind, 20), targets(20));
      new GraphNetwork(scored).output(inputs(kind, 20));
    }

    assertThat(scored.params()).isEqualTo(alone.params());
  }

  @Test
  void tellsTheKindOfADocumentByItsContent() {
    String graph = Graphs.RESIDUAL.with("adam").toJson();
    String stack = Networks.MLP.with("adam").toJson();

    assertThat(NetworkConfiguration.ofJson(graph)).isInstanceOf(GraphConfiguration.class);
    assertThat(NetworkConfiguration.ofJson(stack)).isInstanceOf(StackConfiguration.class);
  }

  private static ComputationGraph trained(Graphs kind) {
    ComputationGraph graph = initialised(kind);
    for (int step = 0; step < 3; step++) {
      fit(graph, kind, step);
    }
    return graph;
  }

  private static ComputationGraph initialised(Graphs kind) {
    ComputationGraph graph = new ComputationGraph(kind.with("adam"));
    graph.init();
    return graph;
  }

  private static void fit(ComputationGraph graph, Graphs kind, int seed) {
    Nd4j.getRandom().setSeed(seed + 1L); // 0 would stand for the time
    graph.fit(
        inputs(kind, 5),
        IntStream.range(0, kind.outputs()).mapToObj(i -> targets(5)).toArray(INDArray[]::new));
  }

  private static INDArray[] inputs(Graphs kind, int samples) {
    int width = kind.takesImages() ? 64 : 12;
    INDArray all =
        Nd4j.linspace(DataType.FLOAT, -1, 0.01, (long) samples * width).reshape(samples, width);
    return Arrays.stream(kind.inputs()).map(all::getColumns).toArray(INDArray[]::new);
  }

  private static INDArray targets(int samples) {
    INDArray targets = Nd4j.zeros(DataType.FLOAT, samples, 3);
    for (int sample = 0; sample < samples; sample++) {
      targets.putScalar(sample, sample % 3, 1);
    }
    return targets;
  }
}
