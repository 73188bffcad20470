package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Section {@code model}: the network. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ModelConfig.Layers.class, name = "layers"),
  @JsonSubTypes.Type(value = ModelConfig.Dl4j.class, name = "dl4j")
})
public sealed interface ModelConfig {
  /**
   * A stack of layers, the last of which is the output.
   *
   * @param initialiser of weights, where a layer names none
   * @param regularisation of weights, where a layer names none
   */
  record Layers(List<LayerSpec> layers, Initialiser initialiser, Regularisation regularisation)
      implements ModelConfig {
    public Layers {
      layers = List.copyOf(layers);
    }
  }

  /**
   * A MultiLayerConfiguration as DL4J writes it.
   *
   * @param path where it was read from
   * @param json the document itself, so that a run keeps what it was started with
   */
  record Dl4j(String path, String json) implements ModelConfig {}
}
