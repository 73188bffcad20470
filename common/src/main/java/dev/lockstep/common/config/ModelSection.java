package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.ListType;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.Values;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;

/** Keys of section {@code model}. */
final class ModelSection extends MapType<ModelConfig> {
  private static final List<String> FOR_LAYERS = List.of("initialiser", "l1", "l2", "weight-decay");

  private final Key<List<LayerSpec>> layers =
      optional(
          "layers",
          new ListType<>(LayerSections.choice(), "a list of layers"),
          "required, unless `dl4j` is given",
          "the layers in order, the last of them the output");
  private final Key<ModelConfig.Dl4j> dl4j;
  private final Key<Map<String, ColumnChoice>> inputs;
  private final Key<String> from =
      optional(
          "from",
          Types.text(),
          "new weights",
          "directory of a run, any Hadoop path: training starts from the parameters of its last"
              + " checkpoint, with a new optimizer");
  private final Key<Initialiser> initialiser =
      key(
          "initialiser",
          new NamedConstants<>(Initialiser.class),
          "xavier",
          "distribution that weights start from, where a layer names none");
  private final RegularisationKeys regularisation =
      new RegularisationKeys(this::key, "0", ", where a layer names no penalty");

  ModelSection(Storage storage) {
    dl4j =
        optional(
            "dl4j",
            new Dl4jDocument(storage),
            "none",
            "a MultiLayerConfiguration or ComputationGraphConfiguration in DL4J's JSON, instead of"
                + " `layers`");
    inputs =
        optional(
            "inputs",
            new InputColumns(),
            "every input takes all columns; required for a graph of several inputs, but for images",
            "columns of `data` that each input of the graph takes; auto: all that no other names");
  }

  @Override
  protected void check(Values values) {
    boolean document = values.given("/dl4j");
    if (document == values.given("/layers")) {
      values.problem(
          document
              ? "'%s' and '%s' are both set (take one out)"
                  .formatted(values.pathOf(layers), values.pathOf(dl4j))
              : "'%s' is missing: the layers in order (or '%s', a DL4J document)"
                  .formatted(values.pathOf(layers), values.pathOf(dl4j)));
    }
    if (document) {
      FOR_LAYERS.forEach(key -> refuseBesideDl4j(values, key));
    }
    checkInputs(values);
    regularisation.check(values);
    values.find(layers).ifPresent(all -> checkOutput(values, all));
  }

  @Override
  protected ModelConfig build(Values values) {
    if (values.given("/dl4j")) {
      ModelConfig.Dl4j document = values.get(dl4j);
      return new ModelConfig.Dl4j(
          document.path(),
          document.json(),
          values.find(inputs).orElse(Map.of()),
          values.find(from));
    }
    return new ModelConfig.Layers(
        values.get(layers),
        values.get(initialiser),
        regularisation.find(values).orElse(Regularisation.NONE),
        values.find(from));
  }

  private void refuseBesideDl4j(Values values, String key) {
    if (values.given("/" + key)) {
      values.problem(
          "'%s' is set but '%s' brings its own (change it in that document)"
              .formatted(values.pathOf(key), values.pathOf(dl4j)));
    }
  }

  private void checkInputs(Values values) {
    if (!values.given("/inputs")) {
      return;
    }
    if (!values.given("/dl4j")) {
      values.problem(
          "'%s' is set but '%s' has no inputs of its own (take it out)"
              .formatted(values.pathOf(inputs), values.pathOf(layers)));
    }
    values.both(
        dl4j, inputs, (document, columns) -> new GraphInputs(document).check(values, columns));
  }

  private void checkOutput(Values values, List<LayerSpec> all) {
    for (int i = 0; i < all.size() - 1; i++) {
      if (all.get(i) instanceof LayerSpec.Output) {
        values.problem(
            "'%s[%d]' is the output but only the last layer can be"
                .formatted(values.pathOf(layers), i));
      }
    }
    if (all.isEmpty() || !(all.get(all.size() - 1) instanceof LayerSpec.Output)) {
      values.problem("'%s' must end with an output".formatted(values.pathOf(layers)));
    }
  }
}
