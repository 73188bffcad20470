package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Values;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the output layer and the label have to agree on, and what one takes from the other. */
final class OutputForLabel {
  private static final Set<Activation> PROBABILITIES =
      EnumSet.of(Activation.SOFTMAX, Activation.SIGMOID);

  /** Activations whose range is the domain of a loss, where that is not every number. */
  private static final Map<Loss, Set<Activation>> DOMAINS =
      Map.of(
          Loss.CROSS_ENTROPY, EnumSet.of(Activation.SOFTMAX),
          Loss.BINARY_CROSS_ENTROPY, EnumSet.of(Activation.SIGMOID),
          Loss.KL_DIVERGENCE, PROBABILITIES,
          Loss.POISSON, EnumSet.of(Activation.SOFTMAX, Activation.SIGMOID, Activation.SOFTPLUS));

  /** Losses that compare distributions or directions, of which a single number has none. */
  private static final Set<Loss> NOT_FOR_VALUES =
      EnumSet.of(Loss.CROSS_ENTROPY, Loss.KL_DIVERGENCE, Loss.COSINE_PROXIMITY);

  private final Values values;
  private final LabelConfig label;
  private final LayerSpec.Output output;
  private final String path;

  private OutputForLabel(Values values, LabelConfig label, List<LayerSpec> layers) {
    this.values = values;
    this.label = label;
    this.path = "model.layers[%d].output".formatted(layers.size() - 1);
    LayerSpec.Output drawn = (LayerSpec.Output) layers.get(layers.size() - 1);
    this.output = completed(drawn, "/model/layers/%d/output".formatted(layers.size() - 1));
  }

  /** Adds a problem for each contradiction that shows without data. */
  static void check(Values values, LabelConfig label, ModelConfig model) {
    if (model instanceof ModelConfig.Layers stack) {
      new OutputForLabel(values, label, stack.layers()).check();
    }
  }

  /** The model with what its output left out filled in. */
  static ModelConfig complete(Values values, LabelConfig label, ModelConfig model) {
    if (!(model instanceof ModelConfig.Layers stack)) {
      return model;
    }
    List<LayerSpec> layers = new ArrayList<>(stack.layers());
    layers.set(layers.size() - 1, new OutputForLabel(values, label, layers).output);
    return new ModelConfig.Layers(
        layers, stack.initialiser(), stack.regularisation(), stack.from());
  }

  private LayerSpec.Output completed(LayerSpec.Output drawn, String pointer) {
    boolean number = label.type() == LabelConfig.Type.VALUE;
    return new LayerSpec.Output(
        number && !values.given(pointer + "/activation") ? Activation.IDENTITY : drawn.activation(),
        number && !values.given(pointer + "/loss") ? Loss.MEAN_SQUARED_ERROR : drawn.loss(),
        drawn.bias(),
        drawn.initialiser(),
        drawn.regularisation());
  }

  private void check() {
    Set<Activation> domain = DOMAINS.getOrDefault(output.loss(), Set.of(output.activation()));
    if (!domain.contains(output.activation())) {
      values.problem(
          "'%s.activation' is %s but must be one of %s where '%s.loss' is %s"
              .formatted(
                  path,
                  NamedConstants.nameOf(output.activation()),
                  String.join(", ", domain.stream().map(NamedConstants::nameOf).sorted().toList()),
                  path,
                  NamedConstants.nameOf(output.loss())));
    }
    switch (label.type()) {
      case CLASS -> {}
      case VALUE -> checkValue();
    }
  }

  private void checkValue() {
    if (output.activation() == Activation.SOFTMAX) {
      refuse("activation", output.activation(), "identity");
    }
    if (NOT_FOR_VALUES.contains(output.loss())) {
      refuse("loss", output.loss(), "mean-squared-error");
    }
  }

  private void refuse(String key, Enum<?> given, String better) {
    values.problem(
        "'%s.%s' is %s but 'data.label.type' is value, a single number (use %s)"
            .formatted(path, key, NamedConstants.nameOf(given), better));
  }
}
