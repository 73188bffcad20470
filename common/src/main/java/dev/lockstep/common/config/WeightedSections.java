package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.Values;
import java.util.Optional;

/** Keys of the layers with weights. */
final class WeightedSections {
  private WeightedSections() {}

  /** Keys that all layers with weights have. */
  private abstract static class Weighted extends MapType<LayerSpec> {
    private final Key<Boolean> bias =
        key("bias", Types.truth(), "true", "whether each unit has a bias");
    private final Key<Initialiser> initialiser =
        optional(
            "initialiser",
            new NamedConstants<>(Initialiser.class),
            "`model.initialiser`",
            "distribution that the weights start from");
    private final RegularisationKeys regularisation =
        new RegularisationKeys(
            this::optional, "that of the model, unless the layer names a penalty", "");

    final Key<Activation> activation(String fallback) {
      return key(
          "activation",
          new NamedConstants<>(Activation.class),
          fallback,
          "what is applied to the sums");
    }

    @Override
    protected final void check(Values values) {
      regularisation.check(values);
    }

    @Override
    protected final LayerSpec build(Values values) {
      return build(
          values,
          new Common(values.get(bias), values.find(initialiser), regularisation.find(values)));
    }

    abstract LayerSpec build(Values values, Common common);
  }

  /** Values of the keys that all layers with weights have. */
  private record Common(
      boolean bias, Optional<Initialiser> initialiser, Optional<Regularisation> regularisation) {}

  static final class Dense extends Weighted {
    private final Key<Integer> units = required("units", Types.count(1), "number of units");
    private final Key<Activation> activation = activation("relu");

    @Override
    LayerSpec build(Values values, Common common) {
      return new LayerSpec.Dense(
          values.get(units),
          values.get(activation),
          common.bias(),
          common.initialiser(),
          common.regularisation());
    }
  }

  static final class Convolution extends Weighted {
    private final Key<Integer> filters = required("filters", Types.count(1), "number of filters");
    private final Key<LayerSpec.Size> kernel =
        required("kernel", new SizeType(), "rows and columns of a filter");
    private final Key<LayerSpec.Size> stride =
        key("stride", new SizeType(), "1", "rows and columns from one window to the next");
    private final Key<LayerSpec.Padding> padding =
        key(
            "padding",
            new NamedConstants<>(LayerSpec.Padding.class),
            "valid",
            "valid: only windows that lie wholly inside; same: zeros around the image");
    private final Key<Activation> activation = activation("relu");

    @Override
    LayerSpec build(Values values, Common common) {
      return new LayerSpec.Convolution(
          values.get(filters),
          values.get(kernel),
          values.get(stride),
          values.get(padding),
          values.get(activation),
          common.bias(),
          common.initialiser(),
          common.regularisation());
    }
  }

  /** What is left out follows from the label, once that is known. */
  static final class Output extends Weighted {
    private final Key<Activation> activation =
        optional(
            "activation",
            new NamedConstants<>(Activation.class),
            "`softmax`; `identity` for a label of type `value`",
            "what is applied to the sums");
    private final Key<Loss> loss =
        optional(
            "loss",
            new NamedConstants<>(Loss.class),
            "`cross-entropy`; `mean-squared-error` for a label of type `value`",
            "what training makes small");

    @Override
    LayerSpec build(Values values, Common common) {
      return new LayerSpec.Output(
          values.find(activation).orElse(Activation.SOFTMAX),
          values.find(loss).orElse(Loss.CROSS_ENTROPY),
          common.bias(),
          common.initialiser(),
          common.regularisation());
    }
  }
}
