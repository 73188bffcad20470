package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Section {@code model}: the network. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ModelConfig.Layers.class, name = "layers"),
  @JsonSubTypes.Type(value = ModelConfig.Dl4j.class, name = "dl4j")
})
public sealed interface ModelConfig {
  /** Directory of a run whose last parameters the training starts from; empty: new weights. */
  Optional<String> from();

  /**
   * A stack of layers, the last of which is the output.
   *
   * @param initialiser of weights, where a layer names none
   * @param regularisation of weights, where a layer names none
   */
  record Layers(
      List<LayerSpec> layers,
      Initialiser initialiser,
      Regularisation regularisation,
      Optional<String> from)
      implements ModelConfig {
    public Layers {
      layers = List.copyOf(layers);
    }

    /** A stack that starts from new weights. */
    public Layers(List<LayerSpec> layers, Initialiser initialiser, Regularisation regularisation) {
      this(layers, initialiser, regularisation, Optional.empty());
    }
  }

  /**
   * A MultiLayerConfiguration or a ComputationGraphConfiguration as DL4J writes it.
   *
   * @param path where it was read from
   * @param json the document itself, so that a run keeps what it was started with
   * @param inputs columns that each input of a graph takes; empty where every input takes all
   */
  record Dl4j(
      String path,
      String json,
      @JsonInclude(JsonInclude.Include.NON_EMPTY)
          @JsonProperty("inputs")
          @JsonSetter(nulls = Nulls.AS_EMPTY)
          Map<String, ColumnChoice> inputs,
      Optional<String> from)
      implements ModelConfig {
    public Dl4j {
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }

    /** A document that starts from new weights, whose inputs take all columns. */
    public Dl4j(String path, String json) {
      this(path, json, Map.of(), Optional.empty());
    }
  }
}
