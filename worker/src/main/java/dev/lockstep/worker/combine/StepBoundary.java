package dev.lockstep.worker.combine;

/**
 * What happens around the exchange after which all ranks hold the same state. It is called on the
 * thread of every rank, in the same order on all.
 */
public interface StepBoundary {
  /** Nothing happens. */
  StepBoundary NONE =
      new StepBoundary() {
        @Override
        public void approaching(int epoch, int step) {}

        @Override
        public void reached(int epoch, int step) {}
      };

  /**
   * The exchange that completes a step is about to begin; nothing of it has been sent.
   *
   * @param epoch counted from 1
   * @param step counted from 1
   */
  void approaching(int epoch, int step);

  /**
   * The step is complete and every rank holds the same state.
   *
   * @param epoch counted from 1
   * @param step counted from 1
   */
  void reached(int epoch, int step);
}
