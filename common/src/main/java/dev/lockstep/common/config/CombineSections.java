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
    private final Key<Integer> groups =
        optional(
            "groups",
            Types.count(2),
            "none",
            "number of equal groups of lanes that are averaged for themselves after `every` steps;"
                + " divides the number of lanes");
    private final Key<Integer> betweenGroups =
        optional(
            "between-groups-every",
            Types.count(1),
            "required with `groups`",
            "steps between two averagings of all groups, a multiple of `every`; the end of an epoch"
                + " always averages all");

    @Override
    protected void check(Values values) {
      if (values.given("/groups") != values.given("/between-groups-every")) {
        Key<Integer> given = values.given("/groups") ? groups : betweenGroups;
        Key<Integer> missing = values.given("/groups") ? betweenGroups : groups;
        values.problem(
            "'%s' is missing: '%s' is set, and both go together"
                .formatted(values.pathOf(missing), values.pathOf(given)));
      }
      values.both(
          every, betweenGroups, (within, between) -> checkMultiple(values, within, between));
    }

    private void checkMultiple(Values values, int within, int between) {
      if (between % within != 0) {
        values.problem(
            "'%s' is %d but must be a multiple of '%s' (%d)"
                .formatted(values.pathOf(betweenGroups), between, values.pathOf(every), within));
      }
    }

    @Override
    protected Combine.ParameterAveraging build(Values values) {
      return new Combine.ParameterAveraging(
          values.get(every),
          values.get(warmUp),
          values.get(outerMomentum),
          values.find(groups).map(count -> new Combine.Groups(count, values.get(betweenGroups))));
    }
  }
}
