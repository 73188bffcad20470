package dev.lockstep.worker.model;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What is asked of documents of both kinds, and the wording of a refusal.
 *
 * @param path of the document
 */
record DocumentChecks(String path) {
  /** Makes DL4J's object of the document. */
  <T> T parse(String kind, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (RuntimeException e) {
      throw refused("it is not a %s of DL4J (%s)".formatted(kind, LayerShape.firstLine(e)), e);
    }
  }

  void network(BackpropType backpropType, DataType dataType) {
    require(backpropType == BackpropType.Standard, "it truncates sequences");
    require(
        dataType == DataType.FLOAT, "its data type is %s but must be FLOAT".formatted(dataType));
  }

  /**
   * @param miniBatch of the network
   */
  void settings(NeuralNetConfiguration layer, boolean miniBatch) {
    require(
        layer.getOptimizationAlgo() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT,
        "its optimization algorithm is %s but must be STOCHASTIC_GRADIENT_DESCENT"
            .formatted(layer.getOptimizationAlgo()));
    require(layer.isMiniBatch() == miniBatch, "its layers disagree on 'miniBatch'");
  }

  void layer(String name, Layer layer) {
    require(
        !(layer instanceof BaseRecurrentLayer
            || layer instanceof Bidirectional
            || layer instanceof BaseWrapperLayer),
        "its layer '%s' (%s) is for sequences, but a sample is one vector or one image"
            .formatted(name, layer.getClass().getSimpleName()));
  }

  void require(boolean condition, String otherwise) {
    if (!condition) {
      throw refused(otherwise, null);
    }
  }

  /**
   * @param reason a clause about the document as "it"
   * @param cause may be null
   */
  LockstepException refused(String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.CONFIG, "Cannot use 'model.dl4j' (%s): %s".formatted(path, reason), cause);
  }
}
