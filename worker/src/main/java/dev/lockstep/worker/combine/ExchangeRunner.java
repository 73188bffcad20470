package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.Occasion;

/** Who carries out the operations of an exchange, in the order in which they were started. */
public sealed interface ExchangeRunner permits ExchangeInTurn, ExchangeThread {
  /** Starts an operation of the process group. */
  void start(Runnable operation);

  /**
   * Waits for the end of all operations that were started. Each of them has a deadline.
   *
   * @return nanoseconds that passed in operations before this was called
   * @throws dev.lockstep.common.failure.LockstepException that the first operation failed with
   */
  long finish(Occasion occasion);
}
