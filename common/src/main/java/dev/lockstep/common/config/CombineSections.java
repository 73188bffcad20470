package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Choice;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;

/** Keys of {@code training.combine}. */
final class CombineSections {
  private CombineSections() {}

  static ValueType<Combine> choice() {
    return new Choice<Combine>()
        .or(
            "gradient-sharing",
            new EmptySection<>(new Combine.GradientSharing()),
            "every step all lanes' gradients are summed, then one update is applied")
        .or(
            "parameter-averaging",
            new Averaging(),
            "every lane trains a replica of its own; the replicas are averaged");
  }

  /** Keys of {@code parameter-averaging}. */
  private static final class Averaging extends MapType<Combine.ParameterAveraging> {
    private final Key<Integer> every =
        key(
            "every",
            Types.count(1),
            "10",
            "steps between two averagings; the end of an epoch always averages");
    private final Key<Integer> warmUp =
        key(
            "warm-up",
            Types.count(0),
            "0",
            "steps at the start of the training, each of which is averaged (post-local SGD)");
    private final Key<Double> outerMomentum =
        key(
            "outer-momentum",
            Types.number("a number >= 0 and < 1", momentum -> momentum >= 0 && momentum < 1),
            "0",
            "part of the last averaged change that is made again; begins after the warm-up");

    @Override
    protected Combine.ParameterAveraging build(Values values) {
      return new Combine.ParameterAveraging(
          values.get(every), values.get(warmUp), values.get(outerMomentum));
    }
  }
}
