package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Values;

/** Keys of {@code data.numeric}. */
final class NumericSection extends MapType<NumericConfig> {
  private final Key<ColumnChoice> columns =
      key(
          "columns",
          new ColumnTypes.Choice(),
          "auto",
          "numeric columns; auto: all that hold only numbers (format csv only)");
  private final Key<Scale> scale =
      optional(
          "scale",
          new NamedConstants<>(Scale.class),
          "`standard`; `min-max` for idx",
          "standard: mean 0 and standard deviation 1; min-max: 0 to 1; figures of the training part");
  private final Key<NumericConfig.Missing> missing =
      key(
          "missing",
          new NamedConstants<>(NumericConfig.Missing.class),
          "mean",
          "what takes the place of a missing number, from the training part (format csv only)");

  @Override
  protected NumericConfig build(Values values) {
    return new NumericConfig(
        values.get(columns), values.find(scale).orElse(Scale.STANDARD), values.get(missing));
  }
}
