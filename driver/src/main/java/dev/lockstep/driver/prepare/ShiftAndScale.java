package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.Scale;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** The two figures that scale a number: {@code (number - shift) / scale}. */
record ShiftAndScale(double shift, double scale) {

  /**
   * @param column what the statistics are of, for the message of a failure
   */
  static ShiftAndScale of(Scale scale, NumberStatistics statistics, String column) {
    ShiftAndScale fitted =
        switch (scale) {
          case NONE -> new ShiftAndScale(0, 1);
          case STANDARD -> new ShiftAndScale(statistics.mean(), statistics.deviation());
          case MIN_MAX ->
              new ShiftAndScale(
                  statistics.smallest(), statistics.largest() - statistics.smallest());
        };
    if (!Double.isFinite(fitted.scale)) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot scale '%s': its values lie too far apart (%s to %s)"
              .formatted(column, statistics.smallest(), statistics.largest()));
    }
    return fitted.scale < Double.MIN_NORMAL ? new ShiftAndScale(fitted.shift, 1) : fitted;
  }
}
