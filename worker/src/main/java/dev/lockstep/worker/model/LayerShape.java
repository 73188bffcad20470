package dev.lockstep.worker.model;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/**
 * What a layer makes of the shape of its input, or why it does not fit.
 *
 * @param path of the layer, for messages
 * @param preprocessor that stands before the layer, in place of DL4J's usual one
 */
record LayerShape(String path, Layer layer, Optional<InputPreProcessor> preprocessor) {
  static String firstLine(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
  }

  /**
   * The shape that the layer puts out.
   *
   * @param index of the layer, for messages of DL4J
   * @throws LockstepException of kind CONFIG where the input is not one for this layer
   */
  InputType output(int index, InputType input) {
    try {
      InputType shaped = shaped(input);
      checkInputs(shaped);
      checkWindow(shaped);
      return layer.getOutputType(index, shaped);
    } catch (LockstepException e) {
      throw e;
    } catch (RuntimeException e) {
      throw refused(firstLine(e), e);
    }
  }

  private InputType shaped(InputType input) {
    boolean spatial = layer instanceof ConvolutionLayer || layer instanceof SubsamplingLayer;
    if (spatial && input.getType() == InputType.Type.FF) {
      throw refused(
          "its input is a vector of %d elements, not an image"
              .formatted(input.arrayElementsPerExample()),
          null);
    }
    return preprocessor
        .or(() -> Optional.ofNullable(layer.getPreProcessorForInputType(input)))
        .map(before -> before.getOutputType(input))
        .orElse(input);
  }

  /** A document says how many inputs each layer has; 0 stands for what the input gives. */
  private void checkInputs(InputType type) {
    if (!(layer instanceof FeedForwardLayer fed) || layer instanceof EmbeddingLayer) {
      return;
    }
    if (fed.getNIn() <= 0) {
      layer.setNIn(type, false);
    } else if (fed.getNIn() != size(type)) {
      throw refused("it takes %d inputs but gets %d".formatted(fed.getNIn(), size(type)), null);
    }
  }

  private void checkWindow(InputType type) {
    if (!(type instanceof InputType.InputTypeConvolutional image)) {
      return;
    }
    if (layer instanceof ConvolutionLayer c && c.getConvolutionMode() != ConvolutionMode.Same) {
      checkWindow(c.getKernelSize(), c.getPadding(), image);
    } else if (layer instanceof SubsamplingLayer s
        && s.getConvolutionMode() != ConvolutionMode.Same) {
      checkWindow(s.getKernelSize(), s.getPadding(), image);
    }
  }

  private void checkWindow(int[] kernel, int[] padding, InputType.InputTypeConvolutional image) {
    if (kernel[0] > image.getHeight() + 2L * padding[0]
        || kernel[1] > image.getWidth() + 2L * padding[1]) {
      throw refused(
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

  private LockstepException refused(String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.CONFIG,
        "Cannot build '%s' (%s): %s".formatted(path, layer.getClass().getSimpleName(), reason),
        cause);
  }
}
