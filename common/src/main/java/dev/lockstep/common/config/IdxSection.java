package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.Values;

/** Keys of {@code data.idx}. */
final class IdxSection extends MapType<IdxConfig> {
  private static final String DERIVED = "the images' path, `images-idx3` replaced by `labels-idx1`";

  private final Key<String> train =
      optional("train-labels", Types.path(), DERIVED, "labels of `data.train`");
  private final Key<String> test =
      optional("test-labels", Types.path(), DERIVED, "labels of `data.test`, where that is a path");
  private final Key<String> validation =
      optional(
          "validation-labels",
          Types.path(),
          DERIVED,
          "labels of `data.validation`, where that is a path");

  @Override
  protected IdxConfig build(Values values) {
    return new IdxConfig(values.find(train), values.find(test), values.find(validation));
  }
}
