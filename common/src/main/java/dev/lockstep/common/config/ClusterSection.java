package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.Scalar;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Keys of section {@code cluster}. */
final class ClusterSection extends MapType<ClusterConfig> {
  private static final ValueType<OptionalInt> WORKERS =
      new Scalar<>("a whole number >= 1, or auto", ClusterSection::workers);

  private final Key<OptionalInt> workers =
      key(
          "workers",
          WORKERS,
          "auto",
          "ranks; auto: as many as there are slots, at most one a lane");
  private final Key<Duration> stallTimeout =
      key(
          "stall-timeout",
          Types.duration(),
          "120 s",
          "how long a rank waits for another before the attempt fails");

  @Override
  protected ClusterConfig build(Values values) {
    return new ClusterConfig(values.get(workers), values.get(stallTimeout));
  }

  private static Optional<OptionalInt> workers(JsonNode node) {
    return node.asText().equals("auto")
        ? Optional.of(OptionalInt.empty())
        : Types.asCount(node, 1).map(OptionalInt::of);
  }
}
