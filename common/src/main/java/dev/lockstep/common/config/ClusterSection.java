package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Scalar;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;
import dev.lockstep.common.storage.ByteSize;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Keys of section {@code cluster}. */
final class ClusterSection extends MapType<ClusterConfig> {
  private static final Duration USUAL_WARNING = Duration.ofSeconds(10);

  /** Below this, heap and native memory do not both fit. */
  private static final long LEAST_MEMORY = 1L << 30;

  private static final ValueType<OptionalInt> WORKERS =
      new Scalar<>("a whole number >= 1, or auto", ClusterSection::workers);
  private static final ValueType<Long> MEMORY =
      new Scalar<>("a size of at least 1g, such as 1536m or 4g", ClusterSection::memory);

  /** The words on and off are truth values in YAML 1.1. */
  private static final ValueType<Switch> SWITCH =
      new Scalar<>("one of auto, on, off", ClusterSection::onOrOff);

  private final Key<OptionalInt> workers =
      key(
          "workers",
          WORKERS,
          "auto",
          "ranks; auto: as many as there are slots, at most one a lane");
  private final Key<Integer> coresPerWorker =
      key(
          "cores-per-worker",
          Types.count(1),
          "1",
          "cores set aside for each worker; an operation of the network takes one of them whatever"
              + " the number, more serve reading ahead and the connections");
  private final Key<Long> memoryPerWorker =
      key(
          "memory-per-worker",
          MEMORY,
          "2g",
          "memory of an executor that holds one worker, heap and native memory together; the"
              + " driver gets as much (on a cluster only)");
  private final Key<Duration> stallWarning =
      optional(
          "stall-warning",
          Types.duration(),
          "`10 s`, or half of `stall-timeout` where that is less",
          "how long a rank waits for another before that one is named; less than `stall-timeout`");
  private final Key<Duration> stallTimeout =
      key(
          "stall-timeout",
          Types.duration(),
          "120 s",
          "how long a rank waits for another before the attempt fails");
  private final Key<Integer> maxAttempts =
      key(
          "max-attempts",
          Types.count(1),
          "4",
          "attempts in a row without a new checkpoint before the run fails");
  private final Key<Integer> minWorkers =
      optional(
          "min-workers",
          Types.count(1),
          "as many as `workers`",
          "ranks with which an attempt starts where there are no slots for more");
  private final Key<Duration> slotsTimeout =
      key(
          "slots-timeout",
          Types.duration(),
          "2 min",
          "how long slots for all ranks are waited for");
  private final Key<Duration> grace =
      key(
          "grace",
          Types.duration(),
          "30 s",
          "how long an interrupted run may take for its last checkpoint");
  private final Key<Switch> overlap =
      key(
          "overlap",
          SWITCH,
          "auto",
          "whether the gradients of later layers are exchanged while those of earlier ones are"
              + " computed, which changes no bit; auto: where workers are on several hosts");

  private final Key<Switch> shardUpdate =
      key(
          "shard-update",
          SWITCH,
          "auto",
          "whether each worker updates a slice of the parameters only, which changes no bit;"
              + " auto: where all workers see the same memory, in one JVM or in several of one"
              + " host, which then have one model in common; on: elsewhere too, where they tell"
              + " each other the new parameters; needs"
              + " gradient sharing and an update that sees each parameter by itself (sgd,"
              + " momentum or adam without penalty, clipping or constraint), else each worker"
              + " does the whole of it; must not be on where `overlap` is");

  private final Key<Kernels> kernels =
      key(
          "kernels",
          new NamedConstants<>(Kernels.class),
          "alike",
          "alike: an attempt fails where workers do not compute the same bits, or not those that"
              + " the run's last checkpoint was computed with, as on processors of different"
              + " kinds; any: such workers are told of, and the weights depend on where they are");

  @Override
  protected void check(Values values) {
    checkWarning(values);
    values.both(overlap, shardUpdate, (early, shared) -> checkShared(values, early, shared));
    values.both(
        minWorkers,
        workers,
        (least, wanted) -> {
          if (wanted.isPresent() && least > wanted.getAsInt()) {
            values.problem(
                "'%s' is %d but must be at most '%s' (%d)"
                    .formatted(
                        values.pathOf(minWorkers),
                        least,
                        values.pathOf(workers),
                        wanted.getAsInt()));
          }
        });
  }

  private void checkShared(Values values, Switch early, Switch shared) {
    if (early == Switch.ON && shared == Switch.ON) {
      values.problem(
          "'%s' is on but must not be where '%s' is on"
              .formatted(values.pathOf(shardUpdate), values.pathOf(overlap)));
    }
  }

  private void checkWarning(Values values) {
    values.both(
        stallWarning,
        stallTimeout,
        (warning, timeout) -> {
          if (warning.compareTo(timeout) >= 0) {
            values.problem(
                "'%s' is %d ms but must be less than '%s' (%d ms)"
                    .formatted(
                        values.pathOf(stallWarning),
                        warning.toMillis(),
                        values.pathOf(stallTimeout),
                        timeout.toMillis()));
          }
        });
  }

  @Override
  protected ClusterConfig build(Values values) {
    Duration timeout = values.get(stallTimeout);
    return new ClusterConfig(
        values.get(workers),
        values.get(coresPerWorker),
        values.get(memoryPerWorker),
        values.find(stallWarning).orElseGet(() -> warningFor(timeout)),
        timeout,
        values.get(maxAttempts),
        values.find(minWorkers).map(OptionalInt::of).orElseGet(OptionalInt::empty),
        values.get(slotsTimeout),
        values.get(grace),
        values.get(overlap),
        values.get(shardUpdate),
        values.get(kernels));
  }

  private static Duration warningFor(Duration timeout) {
    Duration half = timeout.dividedBy(2);
    return half.compareTo(USUAL_WARNING) < 0 ? half : USUAL_WARNING;
  }

  private static Optional<OptionalInt> workers(JsonNode node) {
    return node.asText().equals("auto")
        ? Optional.of(OptionalInt.empty())
        : Types.asCount(node, 1).map(OptionalInt::of);
  }

  private static Optional<Switch> onOrOff(JsonNode node) {
    return switch (node.asText()) {
      case "auto" -> Optional.of(Switch.AUTO);
      case "on", "true" -> Optional.of(Switch.ON);
      case "off", "false" -> Optional.of(Switch.OFF);
      default -> Optional.empty();
    };
  }

  private static Optional<Long> memory(JsonNode node) {
    return Optional.ofNullable(node.textValue())
        .flatMap(ByteSize::parse)
        .filter(bytes -> bytes >= LEAST_MEMORY);
  }
}
