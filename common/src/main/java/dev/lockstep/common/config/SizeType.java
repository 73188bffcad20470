package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.LayerSpec.Size;
import dev.lockstep.common.config.binding.Problems;
import dev.lockstep.common.config.binding.Scalar;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import java.util.Optional;

/** Rows and columns of a window: one number for both, or a pair. */
record SizeType() implements ValueType<Size> {
  private static final Scalar<Size> SIZE =
      new Scalar<>("a whole number >= 1, or [height, width]", SizeType::size);

  @Override
  public String description() {
    return SIZE.description();
  }

  @Override
  public Optional<Size> read(JsonNode node, String path, Problems problems) {
    return SIZE.read(node, path, problems);
  }

  private static Optional<Size> size(JsonNode node) {
    JsonNode height = node.isArray() && node.size() == 2 ? node.get(0) : node;
    JsonNode width = node.isArray() && node.size() == 2 ? node.get(1) : node;
    return Types.asCount(height, 1)
        .flatMap(rows -> Types.asCount(width, 1).map(columns -> new Size(rows, columns)));
  }
}
