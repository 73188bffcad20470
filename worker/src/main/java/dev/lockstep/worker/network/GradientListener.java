package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;

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
   * @param part of the flat gradient, at least one element
   */
  void complete(Span part);
}
