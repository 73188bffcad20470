package dev.lockstep.common.config;

import dev.lockstep.common.config.Sparsify.Remainder;
import dev.lockstep.common.config.binding.Choice;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;

/** Keys of {@code training.exchange}. */
final class ExchangeSection extends MapType<Exchange> {
  private final Key<Exchange.Precision> precision =
      key(
          "precision",
          new NamedConstants<>(Exchange.Precision.class),
          "float32",
          "of the numbers that are exchanged; bfloat16 halves the bytes");
  private final Key<Sparsify> sparsify =
      key(
          "sparsify",
          new Choice<Sparsify>()
              .or("none", new EmptySection<>(new Sparsify.None()), "all elements are exchanged")
              .or(
                  "threshold",
                  new Threshold(),
                  "those elements of a lane's gradient that have reached a threshold, as a whole"
                      + " multiple of that")
              .or("top-k", new TopK(), "the largest elements of each layer of a lane's gradient"),
          "none",
          "which elements of a lane's gradient are exchanged; the others count as 0 in this step");

  @Override
  protected Exchange build(Values values) {
    return new Exchange(values.get(precision), values.get(sparsify));
  }

  private static ValueType<Remainder> remainder() {
    return Types.truth().map(kept -> kept ? Remainder.KEPT : Remainder.DROPPED);
  }

  private static final String FEEDBACK =
      "what is not exchanged is added to the lane's next gradient; false: it is lost";

  /** Keys of {@code threshold}. */
  private static final class Threshold extends MapType<Sparsify.Threshold> {
    private final Key<Double> value =
        key(
            "value",
            Types.number("a number >= 1e-30 and <= 1e30", value -> value >= 1e-30 && value <= 1e30),
            "0.001",
            "in units of the step's gradient that the optimizer sees; kept to 8 significant bits");
    private final Key<Remainder> remainder = key("error-feedback", remainder(), "true", FEEDBACK);

    @Override
    protected Sparsify.Threshold build(Values values) {
      return new Sparsify.Threshold(values.get(value), values.get(remainder));
    }
  }

  /** Keys of {@code top-k}. */
  private static final class TopK extends MapType<Sparsify.TopK> {
    private final Key<Double> fraction =
        key(
            "fraction",
            Types.number("a number > 0 and <= 1", fraction -> fraction > 0 && fraction <= 1),
            "0.03",
            "of each layer's elements, rounded up");
    private final Key<Remainder> remainder = key("error-feedback", remainder(), "true", FEEDBACK);

    @Override
    protected Sparsify.TopK build(Values values) {
      return new Sparsify.TopK(values.get(fraction), values.get(remainder));
    }
  }
}
