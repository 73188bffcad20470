package dev.lockstep.worker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.learning.config.Adam;

/** Which networks can have some of their parameters moved without the others. */
@Timeout(60)
class PartsTest {
  @Test
  void areTakenWhereAnUpdateSeesEachElementByItself() {
    assertThat(stack(Optional.empty()).trainer(Updating.SWEPT).takesParts()).isTrue();
    assertThat(graph(Optional.empty()).trainer(Updating.SWEPT).takesParts()).isTrue();
    assertThat(stack(Optional.empty()).trainer(Updating.DL4J).takesParts()).isFalse();
  }

  @Test
  void areNotTakenWhereAConstraintLooksAtAWholeLayer() {
    Optional<LayerConstraint> constraint = Optional.of(new MaxNormConstraint(0.5, 1));

    assertThat(stack(constraint).trainer(Updating.SWEPT).takesParts()).isFalse();
    assertThat(graph(constraint).trainer(Updating.SWEPT).takesParts()).isFalse();
  }

  private static Network stack(Optional<LayerConstraint> constraint) {
    return new StackConfiguration(
            builder()
                .list()
                .layer(hidden(constraint))
                .layer(new OutputLayer.Builder().nIn(7).nOut(3).build())
                .build())
        .network();
  }

  private static Network graph(Optional<LayerConstraint> constraint) {
    return new GraphConfiguration(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", hidden(constraint), "in")
                .addLayer("out", new OutputLayer.Builder().nIn(7).nOut(3).build(), "hidden")
                .setOutputs("out")
                .build())
        .network();
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(0.01));
  }

  private static DenseLayer hidden(Optional<LayerConstraint> constraint) {
    DenseLayer layer = new DenseLayer.Builder().nIn(5).nOut(7).build();
    constraint.ifPresent(found -> layer.setConstraints(List.of(found)));
    return layer;
  }
}
