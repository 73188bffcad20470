package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.ModelFixtures.classes;
import static dev.lockstep.worker.model.ModelFixtures.model;
import static dev.lockstep.worker.model.ModelFixtures.output;
import static dev.lockstep.worker.model.ModelFixtures.stack;
import static dev.lockstep.worker.model.ModelFixtures.stackOf;
import static dev.lockstep.worker.model.ModelFixtures.training;
import static dev.lockstep.worker.model.ModelFixtures.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.common.config.Activation;
import dev.lockstep.common.config.Loss;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.worker.network.StackConfiguration;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;

@Timeout(60)
class OwnLossesTest {
  private static final IActivation IDENTITY = new ActivationIdentity();

  @Test
  void isQuadraticNearAndLinearFarFromTheTarget() {
    INDArray errors = row(0.5, -0.25, 3, -4);

    INDArray scores = new HuberLoss().computeScoreArray(zeros(), errors, IDENTITY, null);
    INDArray gradient = new HuberLoss().computeGradient(zeros(), errors, IDENTITY, null);

    assertThat(scores.getDouble(0)).isCloseTo(0.5 * 0.25 + 0.5 * 0.0625 + 2.5 + 3.5, within(1e-12));
    assertThat(gradient).isEqualTo(row(0.5, -0.25, 1, -1));
  }

  @Test
  void hasGradientsThatAgreeWithDifferencesOfScores() {
    INDArray at = row(0.3, -0.9, 2.5, -1.7);
    INDArray labels = row(0, 1, 0, 1);
    for (ILossFunction loss : List.of(new HuberLoss(), new SignedLabels(new LossHinge()))) {
      INDArray gradient = loss.computeGradient(labels, at.dup(), new ActivationTanH(), null);
      for (int i = 0; i < 4; i++) {
        assertThat(gradient.getDouble(i))
            .as("%s, element %d", loss.name(), i)
            .isCloseTo(difference(loss, labels, at, i), within(1e-6));
      }
    }
  }

  @Test
  void pushesTheOutputsOfWrongClassesDown() {
    INDArray gradient =
        new SignedLabels(new LossHinge()).computeGradient(row(0, 1, 0, 0), zeros(), IDENTITY, null);

    assertThat(gradient).isEqualTo(row(1, -1, 1, 1));
  }

  @Test
  void averagesScoresOverSamplesOnRequest() {
    INDArray outputs = Nd4j.vstack(row(2, 0, 0, 0), row(4, 0, 0, 0));
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 4);

    assertThat(new HuberLoss().computeScore(labels, outputs, IDENTITY, null, false)).isEqualTo(5);
    assertThat(new HuberLoss().computeScore(labels, outputs, IDENTITY, null, true)).isEqualTo(2.5);
  }

  @Test
  void survivesJson() {
    MultiLayerConfiguration hinge = configuration(Loss.HINGE);

    assertThat(MultiLayerConfiguration.fromJson(hinge.toJson()).toJson()).isEqualTo(hinge.toJson());
    assertThat(lossOf(MultiLayerConfiguration.fromJson(hinge.toJson())).name())
        .isEqualTo("SignedLabels(LossHinge())");
  }

  @Test
  void leavesOnlyClassesOfDl4jInAPortableConfiguration() {
    MultiLayerConfiguration hinge = configuration(Loss.HINGE);
    MultiLayerConfiguration huber =
        stackOf(
            model(output(Activation.IDENTITY, Loss.HUBER)),
            training(),
            value(new InputShape.Vector(3)));

    assertThat(portable(hinge).toJson()).doesNotContain("dev.lockstep");
    assertThat(lossOf(portable(hinge))).isInstanceOf(LossHinge.class);
    assertThat(lossOf(portable(huber))).isInstanceOf(LossMAE.class);
    assertThat(lossOf(huber)).isInstanceOf(HuberLoss.class);
  }

  private static MultiLayerConfiguration configuration(Loss loss) {
    return stackOf(
        model(output(Activation.IDENTITY, loss)), training(), classes(new InputShape.Vector(3), 4));
  }

  private static MultiLayerConfiguration portable(MultiLayerConfiguration configuration) {
    return stack(NetworkBuilder.portable(new StackConfiguration(configuration)));
  }

  private static ILossFunction lossOf(MultiLayerConfiguration configuration) {
    return ((OutputLayer) configuration.getConf(0).getLayer()).getLossFn();
  }

  private static double difference(ILossFunction loss, INDArray labels, INDArray at, int element) {
    double step = 1e-6;
    INDArray up = at.dup();
    INDArray down = at.dup();
    up.putScalar(element, at.getDouble(element) + step);
    down.putScalar(element, at.getDouble(element) - step);
    IActivation activation = new ActivationTanH();
    return (loss.computeScore(labels, up, activation, null, false)
            - loss.computeScore(labels, down, activation, null, false))
        / (2 * step);
  }

  private static INDArray row(double... values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  private static INDArray zeros() {
    return Nd4j.zeros(DataType.DOUBLE, 1, 4);
  }
}
