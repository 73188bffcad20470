package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/**
 * How many rows of the training input each split takes: the first by rank become the test part, the
 * next the validation part, the rest is trained on.
 */
record SplitSizes(long test, long validation, long train) {

  static SplitSizes of(DataConfig data, long rows) {
    long test = Math.min(rows, taken(data.test(), rows));
    long validation = Math.min(rows - test, taken(data.validation(), rows));
    return new SplitSizes(test, validation, rows - test - validation);
  }

  /**
   * @param path of the training input, for the message
   */
  void requireTrainingRows(String path) {
    if (train == 0) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot train on %s: no row is left for training (%d go to test, %d to validation)"
              .formatted(path, test, validation));
    }
  }

  private static long taken(Holdout holdout, long rows) {
    return holdout instanceof Holdout.Fraction part ? Math.round(part.fraction() * rows) : 0;
  }
}
