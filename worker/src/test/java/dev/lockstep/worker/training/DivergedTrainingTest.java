package dev.lockstep.worker.training;

import static dev.lockstep.worker.training.LocalTraining.SHARING;
import static dev.lockstep.worker.training.LocalTraining.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.Networks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Sgd;

/** A training that leaves the finite numbers ends, and says where. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DivergedTrainingTest {
  @TempDir private static Path directory;
  private static Dataset vectors;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    vectors = SampleData.write(directory).vectors();
  }

  @Test
  void refusesParametersThatAreNotFinite() {
    MultiLayerConfiguration configuration = Networks.MLP.with("sgd");
    setLearningRate(configuration, 1e39);
    LocalTraining training = LocalTraining.of(vectors, configuration, job(205, 205, SHARING));

    assertThatThrownBy(() -> training.digests(1))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED))
        .hasMessageStartingWith("Cannot go on after epoch 1: a parameter is not finite (lower");
  }

  @Test
  void namesEpochAndStepOfALossThatIsNotFinite() {
    MultiLayerConfiguration configuration = Networks.MLP.with("sgd");
    setLearningRate(configuration, 1e30);
    LocalTraining training = LocalTraining.of(vectors, configuration, job(48, 6, SHARING));

    assertThatThrownBy(() -> training.digests(3))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED))
        .hasMessageMatching(
            "Cannot go on after epoch 1, step [23]: the loss is (NaN|Infinity) \\(lower"
                + " 'training.optimizer.learning-rate'.*");
  }

  private static void setLearningRate(MultiLayerConfiguration configuration, double rate) {
    configuration
        .getConfs()
        .forEach(conf -> ((BaseLayer) conf.getLayer()).setIUpdater(new Sgd(rate)));
  }
}
