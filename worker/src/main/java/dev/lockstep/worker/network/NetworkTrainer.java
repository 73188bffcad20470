package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The two halves of a training step, with nothing in between the very bits of DL4J's {@code fit}.
 * The gradient may be changed in place between them.
 */
public sealed interface NetworkTrainer permits StackTrainer, GraphTrainer {
  /** The flat gradient, [parameters], in the memory that the network works on. */
  INDArray gradient();

  /** What belongs to each layer with parameters, in the order of the flat vector, without gaps. */
  List<Span> layers();

  /**
   * The parts of the gradient that layers such as batch normalisation use to move their running
   * statistics, which are no sums over samples.
   */
  List<Span> statistics();

  /**
   * Forward and backward pass; leaves the gradient, a sum over the samples.
   *
   * @param inputs an array for each input
   * @param targets an array for each output
   * @return the loss of all outputs, summed over the samples, as the optimizer sees it
   */
  double computeGradient(INDArray[] inputs, INDArray[] targets);

  /**
   * As {@link #computeGradient(INDArray[], INDArray[])}, with the same bits, and tells of each part
   * of the gradient as soon as it is complete.
   */
  double computeGradient(INDArray[] inputs, INDArray[] targets, GradientListener listener);

  /**
   * By what the update divides the gradient.
   *
   * @param samples over which it was summed
   */
  int divisor(int samples);

  /**
   * Applies the gradient to the parameters and counts the iteration.
   *
   * @param samples over which the gradient was summed
   */
  void applyUpdate(int samples);

  /**
   * Whether {@link #applyUpdate(int, Span)} is possible: not where gradients are normalised,
   * parameters constrained or updates left to ND4J.
   */
  boolean takesParts();

  /** Applies a part of the gradient to its parameters and counts the iteration. */
  void applyUpdate(int samples, Span part);

  /** The state of the optimizer that moves with the parameters of a part. */
  List<Span> stateOf(Span part);

  /** Sets the counters that schedules depend on. */
  void moveTo(int iteration, int epoch);
}
