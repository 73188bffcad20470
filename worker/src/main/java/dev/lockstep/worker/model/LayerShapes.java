package dev.lockstep.worker.model;

import dev.lockstep.common.data.InputShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Follows a sample's shape from layer to layer, so that a layer that does not fit is named before
 * any memory is taken.
 *
 * @param path of the list of layers, for messages
 * @param preprocessors that stand before a layer; DL4J's usual one stands where none is given
 */
record LayerShapes(String path, List<Layer> layers, Map<Integer, InputPreProcessor> preprocessors) {

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
      type =
          new LayerShape(
                  "%s[%d]".formatted(path, i),
                  layers.get(i),
                  Optional.ofNullable(preprocessors.get(i)))
              .output(i, type);
    }
    return type;
  }
}
