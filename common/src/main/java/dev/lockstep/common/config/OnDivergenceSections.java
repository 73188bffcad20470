package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Choice;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;

/** Keys of {@code training.on-divergence}. */
final class OnDivergenceSections {
  private OnDivergenceSections() {}

  static ValueType<OnDivergence> choice() {
    return new Choice<OnDivergence>()
        .or("stop", new EmptySection<>(new OnDivergence.Stop()), "the run fails")
        .or(
            "rollback",
            new Rollback(),
            "back to the start of the epoch, and on with lower learning rates");
  }

  /** Keys of {@code rollback}. */
  private static final class Rollback extends MapType<OnDivergence.Rollback> {
    private final Key<Double> learningRateFactor =
        key(
            "learning-rate-factor",
            Types.number("a number between 0 and 1", factor -> factor > 0 && factor < 1),
            "0.5",
            "by which every learning rate is multiplied each time");
    private final Key<Integer> times =
        key("times", Types.count(1), "3", "that a run may go back; the next divergence fails it");

    @Override
    protected OnDivergence.Rollback build(Values values) {
      return new OnDivergence.Rollback(values.get(learningRateFactor), values.get(times));
    }
  }
}
