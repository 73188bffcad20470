package dev.lockstep.driver.bench.scaling;

import java.time.Duration;
import java.util.OptionalDouble;

/** A way of training whose pace is measured, once a round. */
interface Contender extends AutoCloseable {
  /** What it is called in the table. */
  String name();

  /**
   * Samples a second of all ranks together, warm; none where it failed and has said so.
   *
   * @throws dev.lockstep.common.failure.LockstepException where its failure is that of Lockstep
   */
  OptionalDouble samplesPerSecond();

  /**
   * Makes ready for the first round: trains until the compiler has seen enough of the loop.
   *
   * @param least for so long, and once at least
   */
  default void warmUp(Duration least) {
    long start = System.nanoTime();
    do {
      samplesPerSecond();
    } while (System.nanoTime() - start < least.toNanos());
  }

  @Override
  default void close() {}
}
