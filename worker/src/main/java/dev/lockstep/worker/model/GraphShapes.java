package dev.lockstep.worker.model;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * Follows a sample's shape through a graph, so that a vertex that does not fit is named before any
 * memory is taken. What a document leaves to DL4J is filled in on the way: numbers of inputs, and
 * the usual preprocessors between images and vectors.
 */
final class GraphShapes {
  /**
   * The vertices that keep samples apart and shapes in sight: none that stacks samples, reshapes
   * them across the batch or is for sequences.
   */
  static final List<Class<? extends GraphVertex>> KINDS =
      List.of(
          LayerVertex.class,
          ElementWiseVertex.class,
          MergeVertex.class,
          SubsetVertex.class,
          ScaleVertex.class,
          ShiftVertex.class,
          L2NormalizeVertex.class,
          L2Vertex.class,
          PreprocessorVertex.class);

  private final ComputationGraphConfiguration configuration;

  GraphShapes(ComputationGraphConfiguration configuration) {
    this.configuration = configuration;
  }

  static String kinds() {
    return String.join(", ", KINDS.stream().map(Class::getSimpleName).toList());
  }

  /**
   * The shapes that inputs and vertices put out, by name.
   *
   * @param order of inputs and vertices, each after those that it takes from
   * @param inputs shapes of the inputs
   */
  Map<String, InputType> types(List<String> order, List<InputType> inputs) {
    Map<String, InputType> types = new HashMap<>();
    for (String name : order) {
      int input = configuration.getNetworkInputs().indexOf(name);
      types.put(name, input >= 0 ? inputs.get(input) : through(name, types));
    }
    return types;
  }

  private InputType through(String name, Map<String, InputType> types) {
    GraphVertex vertex = configuration.getVertices().get(name);
    List<InputType> inputs =
        configuration.getVertexInputs().get(name).stream().map(types::get).toList();
    InputType output =
        vertex instanceof LayerVertex layer
            ? throughLayer(name, layer, inputs.get(0))
            : throughVertex(name, vertex, inputs);
    if (output.getType() == InputType.Type.RNN || output.getType() == InputType.Type.CNN3D) {
      throw refused(
          name, vertex, "it puts out %s, not a vector or an image".formatted(output), null);
    }
    return output;
  }

  private InputType throughLayer(String name, LayerVertex vertex, InputType input) {
    var layer = vertex.getLayerConf().getLayer();
    if (vertex.getPreProcessor() == null) {
      vertex.setPreProcessor(layer.getPreProcessorForInputType(input));
    }
    LayerShape shape =
        new LayerShape(pathOf(name), layer, Optional.ofNullable(vertex.getPreProcessor()));
    return shape.output(0, input);
  }

  private InputType throughVertex(String name, GraphVertex vertex, List<InputType> inputs) {
    try {
      InputType output = vertex.getOutputType(0, inputs.toArray(InputType[]::new));
      if (vertex instanceof ElementWiseVertex || vertex instanceof L2Vertex) {
        requireEqualSizes(name, vertex, inputs);
      }
      return vertex instanceof SubsetVertex subset
          ? throughSubset(name, subset, inputs.get(0))
          : output;
    } catch (LockstepException e) {
      throw e;
    } catch (RuntimeException e) {
      throw refused(name, vertex, LayerShape.firstLine(e), e);
    }
  }

  /** DL4J would spread a vector of one element over the others. */
  private void requireEqualSizes(String name, GraphVertex vertex, List<InputType> inputs) {
    List<Long> sizes = inputs.stream().map(InputType::arrayElementsPerExample).distinct().toList();
    if (sizes.size() > 1) {
      throw refused(
          name,
          vertex,
          "its inputs have %d and %d elements but must have equally many"
              .formatted(sizes.get(0), sizes.get(1)),
          null);
    }
  }

  /** DL4J looks at no range of a vector and gets the channels of an image wrong. */
  private InputType throughSubset(String name, SubsetVertex subset, InputType input) {
    long size =
        input instanceof InputType.InputTypeConvolutional image
            ? image.getChannels()
            : input.arrayElementsPerExample();
    if (subset.getFrom() < 0 || subset.getFrom() > subset.getTo() || subset.getTo() >= size) {
      throw refused(
          name,
          subset,
          "it takes %d to %d but its input has 0 to %d"
              .formatted(subset.getFrom(), subset.getTo(), size - 1),
          null);
    }
    int kept = subset.getTo() - subset.getFrom() + 1;
    return input instanceof InputType.InputTypeConvolutional image
        ? InputType.convolutional(image.getHeight(), image.getWidth(), kept, image.getFormat())
        : InputType.feedForward(kept);
  }

  private static String pathOf(String vertex) {
    return "model.dl4j.vertices." + vertex;
  }

  private static LockstepException refused(
      String name, GraphVertex vertex, String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.CONFIG,
        "Cannot build '%s' (%s): %s"
            .formatted(pathOf(name), vertex.getClass().getSimpleName(), reason),
        cause);
  }
}
