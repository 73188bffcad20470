package dev.lockstep.driver.bench.exchange;

import dev.lockstep.worker.collective.FloatVector;
import java.io.IOException;

/** One way to move a vector between processes: all of them perform it together. */
@FunctionalInterface
interface Exercise {
  /**
   * Performs it once.
   *
   * @param vector what this process has; for an all-reduce it takes the sum
   */
  void perform(FloatVector vector) throws IOException;
}
