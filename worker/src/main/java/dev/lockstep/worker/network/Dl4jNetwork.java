package dev.lockstep.worker.network;

import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a step of training asks of DL4J's network where MultiLayerNetwork and ComputationGraph have
 * no type in common to ask it of.
 */
sealed interface Dl4jNetwork permits Dl4jStack, Dl4jGraph {
  Model model();

  /** What has parameters, in the order of the flat vector; others may be among them. */
  List<Trainable> trainables();

  /** Replaces the updater by another one, with the state that is given or with a fresh one. */
  BaseMultiLayerUpdater<?> makeUpdater();

  /** The flat gradient after any pass, by layer and parameter. */
  Supplier<Gradient> namedGradient();

  /** Forward and backward pass; leaves the score in the model. */
  void computeGradient(INDArray[] inputs, INDArray[] targets);

  /**
   * Whether a gradient may change after its layer's backward pass, as by a listener of the network
   * or the next chunk of truncated backpropagation.
   */
  boolean changesFinishedGradients();

  void clearLayersStates();

  int iteration();

  void setIteration(int iteration);

  int epoch();

  void setEpoch(int epoch);
}
