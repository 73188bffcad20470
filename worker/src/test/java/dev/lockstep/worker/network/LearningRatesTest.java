package dev.lockstep.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Lower learning rates make the network that has them from the start. */
@Timeout(60)
class LearningRatesTest {
  @Test
  void areThoseOfANetworkThatWasConfiguredSo() {
    assertThat(stack(new Adam(0.4), new Sgd(3)).withLearningRatesTimes(0.25).toJson())
        .isEqualTo(stack(new Adam(0.1), new Sgd(0.75)).toJson());
    assertThat(graph(new Nesterovs(0.5, 0.9)).withLearningRatesTimes(0.5).toJson())
        .isEqualTo(graph(new Nesterovs(0.25, 0.9)).toJson());
  }

  @Test
  void keepTheCounters() {
    NetworkConfiguration counted = stack(new Sgd(1), new Sgd(1)).withCounters(7, 3);

    assertThat(counted.withLearningRatesTimes(0.5).toJson())
        .isEqualTo(stack(new Sgd(0.5), new Sgd(0.5)).withCounters(7, 3).toJson());
  }

  @Test
  void areRefusedWhereTheyCannotBeLowered() {
    Sgd scheduled = new Sgd(new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.9));

    assertRefused(stack(new Sgd(1), scheduled), "a schedule gives its learning rates");
    assertRefused(stack(new AdaDelta(), new AdaDelta()), "its optimizer has no learning rate");
  }

  private static void assertRefused(NetworkConfiguration network, String reason) {
    assertThatThrownBy(() -> network.withLearningRatesTimes(0.5))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot lower the learning rates of the network ('training.on-divergence'): " + reason);
  }

  private static NetworkConfiguration stack(IUpdater hidden, IUpdater output) {
    return new StackConfiguration(
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .list()
            .layer(new DenseLayer.Builder().nIn(3).nOut(4).updater(hidden).build())
            .layer(new BatchNormalization.Builder().nIn(4).nOut(4).updater(hidden).build())
            .layer(new OutputLayer.Builder().nIn(4).nOut(2).updater(output).build())
            .build());
  }

  private static NetworkConfiguration graph(IUpdater updater) {
    return new GraphConfiguration(
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(updater)
            .graphBuilder()
            .addInputs("in")
            .addLayer("out", new OutputLayer.Builder().nIn(3).nOut(2).build(), "in")
            .setOutputs("out")
            .build());
  }
}
