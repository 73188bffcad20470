package dev.lockstep.driver.training;

import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;

/** How many steps an epoch has. */
final class Steps {
  private Steps() {}

  static int anEpoch(TrainingConfig training, DatasetManifest manifest) {
    int lanes = training.lanes(manifest.train().samples());
    return new SampleOrder(manifest.train().blockSizes(), lanes, Shuffle.NEVER, training.seed())
        .steps(training.microbatchSize());
  }
}
