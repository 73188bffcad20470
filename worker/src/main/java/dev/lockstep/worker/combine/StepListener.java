package dev.lockstep.worker.combine;

/** Hears of every step that a rank has done; must not change the training. */
@FunctionalInterface
public interface StepListener {
  /**
   * A step is done.
   *
   * @param epoch counted from 1
   * @param step counted from 1
   */
  void stepDone(int epoch, int step);
}
