package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Choice;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;

/** Keys of the layers without weights, and the choice between all layers. */
final class LayerSections {
  private LayerSections() {}

  static ValueType<LayerSpec> choice() {
    return new Choice<LayerSpec>()
        .or("dense", new WeightedSections.Dense(), "a fully connected layer")
        .or("convolution", new WeightedSections.Convolution(), "a two-dimensional convolution")
        .or("subsampling", new Subsampling(), "pooling over windows of an image")
        .or("batch-norm", new BatchNorm(), "batch normalisation (Ioffe and Szegedy, 2015)")
        .or("dropout", new Dropout(), "dropout of activations")
        .or(
            "activation",
            new NamedConstants<>(Activation.class).map(LayerSpec.ActivationOnly::new),
            "an activation on its own")
        .or(
            "output",
            new WeightedSections.Output(),
            "the last layer; its units follow from the label");
  }

  private static final class Subsampling extends MapType<LayerSpec> {
    private final Key<LayerSpec.Pooling> pooling =
        key(
            "pooling",
            new NamedConstants<>(LayerSpec.Pooling.class),
            "max",
            "how a window becomes one figure");
    private final Key<LayerSpec.Size> kernel =
        key("kernel", new SizeType(), "2", "rows and columns of a window");
    private final Key<LayerSpec.Size> stride =
        optional(
            "stride", new SizeType(), "`kernel`", "rows and columns from one window to the next");
    private final Key<LayerSpec.Padding> padding =
        key(
            "padding",
            new NamedConstants<>(LayerSpec.Padding.class),
            "valid",
            "valid: only windows that lie wholly inside; same: zeros around the image");

    @Override
    protected LayerSpec build(Values values) {
      LayerSpec.Size window = values.get(kernel);
      return new LayerSpec.Subsampling(
          values.get(pooling), window, values.find(stride).orElse(window), values.get(padding));
    }
  }

  private static final class BatchNorm extends MapType<LayerSpec> {
    private final Key<Double> decay =
        key(
            "decay",
            Types.number("a number between 0 and 1", rate -> rate > 0 && rate < 1),
            "0.9",
            "of the running mean and variance");
    private final Key<Double> epsilon =
        key(
            "epsilon",
            Types.number("a number > 0", value -> value > 0),
            "0.00001",
            "added to the variance");

    @Override
    protected LayerSpec build(Values values) {
      return new LayerSpec.BatchNorm(values.get(decay), values.get(epsilon));
    }
  }

  private static final class Dropout extends MapType<LayerSpec> {
    private final Key<Double> keep =
        key(
            "keep",
            Types.number("a number > 0 and <= 1", part -> part > 0 && part <= 1),
            "0.5",
            "probability that an activation is kept");

    @Override
    protected LayerSpec build(Values values) {
      return new LayerSpec.Dropout(values.get(keep));
    }
  }
}
