package dev.lockstep.worker.network;

/**
 * Hears which part of the flat gradient a backward pass will not touch again, while the pass goes
 * on with the rest of it.
 */
@FunctionalInterface
public interface GradientListener {
  /**
   * Some neighbouring elements of the flat gradient hold what the pass leaves in them. The parts of
   * a pass cover the gradient once; they come in no particular order, on the thread of the pass,
   * the last of them before the pass returns.
   *
   * @param start the first element
   * @param length in elements, at least 1
   */
  void complete(int start, int length);
}
