package dev.lockstep.worker.model;

import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/**
 * Follows a sample's shape from layer to layer, so that a layer that does not fit is named before
 * any memory is taken.
 */
final class LayerShapes {
  private final String path;
  private final List<Layer> layers;
  private final Map<Integer, InputPreProcessor> preprocessors;

  /**
   * @param path of the list of layers, for messages
   * @param preprocessors that stand before a layer; DL4J's usual one stands where none is given
   */
  LayerShapes(String path, List<Layer> layers, Map<Integer, InputPreProcessor> preprocessors) {
    this.path = path;
    this.layers = layers;
    this.preprocessors = preprocessors;
  }

  /** Samples are flat vectors; DL4J shapes those of images where a layer needs it. */
  static InputType inputType(InputShape shape) {
    return shape instanceof InputShape.Image image
        ? InputType.convolutionalFlat(image.height(), image.width(), image.channels())
        : InputType.feedForward(shape.size());
  }

  /** The shape that the last layer puts out. */
  InputType output(InputShape input) {
    InputType type = inputType(input);
    for (int i = 0; i < layers.size(); i++) {
      try {
        type = through(i, type);
      } catch (LockstepException e) {
        throw e;
      } catch (RuntimeException e) {
        throw refused(i, firstLine(e), e);
      }
    }
    return type;
  }

  static String firstLine(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }

  private InputType through(int index, InputType type) {
    Layer layer = layers.get(index);
    boolean spatial = layer instanceof ConvolutionLayer || layer instanceof SubsamplingLayer;
    if (spatial && type.getType() == InputType.Type.FF) {
      throw refused(
          index,
          "its input is a vector of %d elements, not an image"
              .formatted(type.arrayElementsPerExample()),
          null);
    }
    InputPreProcessor preprocessor =
        preprocessors.getOrDefault(index, layer.getPreProcessorForInputType(type));
    InputType shaped = preprocessor == null ? type : preprocessor.getOutputType(type);
    checkInputs(index, shaped);
    checkWindow(index, shaped);
    return layer.getOutputType(index, shaped);
  }

  /** A document says how many inputs each layer has; 0 stands for what the input gives. */
  private void checkInputs(int index, InputType type) {
    if (layers.get(index) instanceof FeedForwardLayer layer
        && !(layer instanceof EmbeddingLayer)
        && layer.getNIn() > 0
        && layer.getNIn() != size(type)) {
      throw refused(
          index, "it takes %d inputs but gets %d".formatted(layer.getNIn(), size(type)), null);
    }
  }

  private void checkWindow(int index, InputType type) {
    if (!(type instanceof InputType.InputTypeConvolutional image)) {
      return;
    }
    Layer layer = layers.get(index);
    if (layer instanceof ConvolutionLayer c && c.getConvolutionMode() != ConvolutionMode.Same) {
      checkWindow(index, c.getKernelSize(), c.getPadding(), image);
    } else if (layer instanceof SubsamplingLayer s
        && s.getConvolutionMode() != ConvolutionMode.Same) {
      checkWindow(index, s.getKernelSize(), s.getPadding(), image);
    }
  }

  private void checkWindow(
      int index, int[] kernel, int[] padding, InputType.InputTypeConvolutional image) {
    if (kernel[0] > image.getHeight() + 2L * padding[0]
        || kernel[1] > image.getWidth() + 2L * padding[1]) {
      throw refused(
          index,
          "its window of %d x %d is larger than its input of %d x %d"
              .formatted(kernel[0], kernel[1], image.getHeight(), image.getWidth()),
          null);
    }
  }

  private static long size(InputType type) {
    return type instanceof InputType.InputTypeConvolutional image
        ? image.getChannels()
        : type.arrayElementsPerExample();
  }

  private LockstepException refused(int index, String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.CONFIG,
        "Cannot build '%s[%d]' (%s): %s"
            .formatted(path, index, layers.get(index).getClass().getSimpleName(), reason),
        cause);
  }
}
