package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.ModelFixtures.classes;
import static dev.lockstep.worker.model.ModelFixtures.training;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.network.NetworkConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Documents of Deeplearning4j as models of jobs, and what is said of those that are refused. */
final class Documents {
  static final InputShape VECTOR = new InputShape.Vector(6);
  static final InputShape IMAGE = new InputShape.Image(1, 6, 7);
  static final String OF_CONF = "Cannot use 'model.dl4j' (conf.json): ";

  private Documents() {}

  static NetworkConfiguration build(String json, DataSchema schema) {
    return NetworkBuilder.build(document(json), training(), schema);
  }

  static ModelConfig.Dl4j document(String json) {
    return new ModelConfig.Dl4j("conf.json", json);
  }

  static void refuses(String json, String message) {
    refuses(json, classes(VECTOR, 2), message);
  }

  static void refuses(String json, DataSchema schema, String message) {
    assertThatThrownBy(() -> build(json, schema))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(message);
  }

  /** A stack with a hidden layer, for vectors. */
  static NeuralNetConfiguration.ListBuilder dense(int units) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(0.1))
        .miniBatch(false)
        .list(
            new DenseLayer.Builder().nIn(6).nOut(4).activation(Activation.RELU).build(),
            output(units).build());
  }

  static OutputLayer.Builder output(int units) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .activation(Activation.SIGMOID)
        .nIn(4)
        .nOut(units);
  }
}
