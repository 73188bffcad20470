package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Values;

/** Keys of {@code data.categorical}. */
final class CategoricalSection extends MapType<CategoricalConfig> {
  private final Key<ColumnChoice> columns =
      key(
          "columns",
          new ColumnTypes.Choice(),
          "auto",
          "columns of categories; auto: all that are not numeric");
  private final Key<CategoricalConfig.Encode> encode =
      key(
          "encode",
          new NamedConstants<>(CategoricalConfig.Encode.class),
          "one-hot",
          "one element for each category, or one element with the category's number");
  private final Key<CategoricalConfig.Unseen> unseen =
      key(
          "unseen",
          new NamedConstants<>(CategoricalConfig.Unseen.class),
          "ignore",
          "a category that the training part lacks: all zeros (one-hot), one past the last number"
              + " (index), or an error");

  @Override
  protected CategoricalConfig build(Values values) {
    return new CategoricalConfig(values.get(columns), values.get(encode), values.get(unseen));
  }
}
