package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;
import java.util.Optional;

/** The three keys of penalties on weights, which the model and each layer with weights have. */
final class RegularisationKeys {
  private static final ValueType<Double> FACTOR =
      Types.number("a number >= 0", factor -> factor >= 0);

  private final Key<Double> l1;
  private final Key<Double> l2;
  private final Key<Double> weightDecay;

  RegularisationKeys(Declaration declare, String fallback, String where) {
    l1 =
        declare.key(
            "l1", FACTOR, fallback, "factor of the sum of absolute weights in the loss" + where);
    l2 =
        declare.key(
            "l2",
            FACTOR,
            fallback,
            "factor of half the sum of squared weights in the loss" + where);
    weightDecay =
        declare.key(
            "weight-decay",
            FACTOR,
            fallback,
            "factor of the weights that each update subtracts, times the learning rate (not"
                + " together with l2)"
                + where);
  }

  void check(Values values) {
    values.both(
        l2,
        weightDecay,
        (penalty, decay) -> {
          if (penalty > 0 && decay > 0) {
            values.problem(
                "'%s' and '%s' are both set but do the same in two ways (take one out)"
                    .formatted(values.pathOf(l2), values.pathOf(weightDecay)));
          }
        });
  }

  /** The penalties; empty where none of the keys is there. */
  Optional<Regularisation> find(Values values) {
    return values.find(l1).or(() -> values.find(l2)).or(() -> values.find(weightDecay)).isPresent()
        ? Optional.of(
            new Regularisation(
                values.find(l1).orElse(0.0),
                values.find(l2).orElse(0.0),
                values.find(weightDecay).orElse(0.0)))
        : Optional.empty();
  }

  /** How the owner of the keys declares one. */
  interface Declaration {
    Key<Double> key(String name, ValueType<Double> type, String fallback, String meaning);
  }
}
