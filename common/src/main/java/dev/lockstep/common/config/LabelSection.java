package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.TextMapType;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.Values;
import java.util.Map;

/** Keys of {@code data.label}. */
final class LabelSection extends MapType<LabelConfig> {
  private final Key<String> column =
      optional(
          "column",
          Types.text(),
          "required for csv; `label` for idx",
          "name of the column to be learned");
  private final Key<LabelConfig.Type> type =
      key(
          "type",
          new NamedConstants<>(LabelConfig.Type.class),
          "class",
          "classification or regression");
  private final Key<Map<String, String>> rename =
      key("rename", new TextMapType(), "{}", "values of the column that stand for another value");
  private final Key<Scale> scale =
      key(
          "scale",
          new NamedConstants<>(Scale.class),
          "none",
          "how a label of type `value` is scaled for the network; metrics and predictions stay in"
              + " the label's own unit");

  @Override
  protected void check(Values values) {
    values.both(
        type,
        scale,
        (kind, how) -> {
          if (kind == LabelConfig.Type.CLASS && how != Scale.NONE) {
            values.problem(
                "'%s' is %s but must be none where '%s' is class"
                    .formatted(
                        values.pathOf(scale), NamedConstants.nameOf(how), values.pathOf(type)));
          }
        });
  }

  @Override
  protected LabelConfig build(Values values) {
    return new LabelConfig(
        values.find(column).orElse("label"),
        values.get(type),
        values.get(rename),
        values.get(scale));
  }
}
