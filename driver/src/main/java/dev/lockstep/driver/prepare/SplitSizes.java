package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;

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

  private static long taken(Holdout holdout, long rows) {
    return holdout instanceof Holdout.Fraction part ? Math.round(part.fraction() * rows) : 0;
  }
}
