package dev.lockstep.worker.compute.dense;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network that is nothing but dense layers.
 *
 * @param layers the output layer last
 * @param output configuration of the last one
 * @param regularised whether a penalty on the parameters belongs to the loss
 */
public record DenseStack(List<DenseSpec> layers, OutputLayer output, boolean regularised) {
  /** Why a network cannot go the direct path; empty where it can. */
  public static Optional<String> obstacle(MultiLayerNetwork network) {
    if (network.params().dataType() != DataType.FLOAT) {
      return Optional.of("its parameters are not float32");
    }
    if (network.getLayerWiseConfigurations().getBackpropType() != BackpropType.Standard) {
      return Optional.of("it is trained by truncated backpropagation");
    }
    for (Layer layer : network.getLayers()) {
      Optional<String> obstacle = obstacle(layer, layer.getIndex() == network.getnLayers() - 1);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return network.getLayerWiseConfigurations().getInputPreProcessors().isEmpty()
        ? Optional.empty()
        : Optional.of("layers have preprocessors");
  }

  private static Optional<String> obstacle(Layer layer, boolean last) {
    var configuration = layer.conf().getLayer();
    Class<?> wanted = last ? OutputLayer.class : DenseLayer.class;
    String name =
        "layer %d (%s) ".formatted(layer.getIndex(), configuration.getClass().getSimpleName());
    if (configuration.getClass() != wanted) {
      return Optional.of(name + "is not dense");
    }
    BaseLayer dense = (BaseLayer) configuration;
    if (dense.getIDropout() != null || dense.getWeightNoise() != null) {
      return Optional.of(name + "has dropout or weight noise");
    }
    if (dense instanceof DenseLayer hidden && hidden.hasLayerNorm()) {
      return Optional.of(name + "has layer normalisation");
    }
    if (!last && !HiddenActivation.knows(dense.getActivationFn())) {
      return Optional.of(name + "has activation " + dense.getActivationFn());
    }
    return Optional.empty();
  }

  /**
   * The network as a stack of dense layers.
   *
   * @param network without obstacle
   */
  public static DenseStack of(MultiLayerNetwork network) {
    List<DenseSpec> layers = new ArrayList<>();
    int offset = 0;
    boolean regularised = false;
    for (Layer layer : network.getLayers()) {
      DenseSpec spec = spec((FeedForwardLayer) layer.conf().getLayer(), offset, biased(layer));
      layers.add(spec);
      offset = spec.end();
      regularised |= isRegularised(layer);
    }
    return new DenseStack(
        List.copyOf(layers), (OutputLayer) network.getOutputLayer().conf().getLayer(), regularised);
  }

  private static DenseSpec spec(FeedForwardLayer layer, int offset, boolean biased) {
    int inputs = Math.toIntExact(layer.getNIn());
    int units = Math.toIntExact(layer.getNOut());
    OptionalInt bias = biased ? OptionalInt.of(offset + inputs * units) : OptionalInt.empty();
    return new DenseSpec(inputs, units, offset, bias, layer.getActivationFn());
  }

  private static boolean biased(Layer layer) {
    return layer.paramTable().size() > 1;
  }

  private static boolean isRegularised(Layer layer) {
    return layer.paramTable().keySet().stream()
        .map(layer.getConfig()::getRegularizationByParam)
        .anyMatch(penalties -> penalties != null && !penalties.isEmpty());
  }
}
