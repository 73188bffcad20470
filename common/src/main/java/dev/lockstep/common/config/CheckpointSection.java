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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys of section {@code checkpoint}. */
final class CheckpointSection extends MapType<CheckpointConfig> {
  private static final Pattern COUNTED = Pattern.compile("([1-9]\\d{0,8}) ?(epoch|step)s?");

  private static final ValueType<CheckpointInterval> INTERVAL =
      new Scalar<>("an interval such as 1 epoch, 500 steps or 10 min", CheckpointSection::interval);
  private static final ValueType<Integer> EPOCHS =
      new Scalar<>("a number of epochs such as 10 epochs", CheckpointSection::epochs);

  private final Key<CheckpointInterval> every =
      key(
          "every",
          INTERVAL,
          "1 epoch",
          "how often a checkpoint is taken; the end of the run always is one");
  private final Key<Integer> keep =
      key("keep", Types.count(1), "3", "how many of the latest checkpoints stay");
  private final Key<Integer> keepBest =
      key(
          "keep-best",
          Types.count(0),
          "1",
          "how many of those with the least validation loss stay beside the latest");
  private final Key<Integer> keepEvery =
      optional(
          "keep-every",
          EPOCHS,
          "none stays for that reason",
          "the checkpoint at the end of every such epoch stays for good");
  private final Key<Integer> tolerateFailures =
      key(
          "tolerate-failures",
          Types.count(0),
          "2",
          "checkpoints in a row that may fail before the run does");
  private final Key<Duration> retryBudget =
      key(
          "retry-budget",
          Types.duration(),
          "5 min",
          "how long a file system that is away is waited for before a checkpoint counts as failed,"
              + " of which tolerate-failures may follow each other");

  @Override
  protected CheckpointConfig build(Values values) {
    return new CheckpointConfig(
        values.get(every),
        values.get(keep),
        values.get(keepBest),
        values.find(keepEvery).map(OptionalInt::of).orElseGet(OptionalInt::empty),
        values.get(tolerateFailures),
        values.get(retryBudget));
  }

  private static Optional<CheckpointInterval> interval(JsonNode node) {
    Matcher counted = COUNTED.matcher(node.asText());
    if (!counted.matches()) {
      return Types.asDuration(node).map(CheckpointInterval.Elapsed::new);
    }
    int number = Integer.parseInt(counted.group(1));
    return Optional.of(
        counted.group(2).equals("epoch")
            ? new CheckpointInterval.Epochs(number)
            : new CheckpointInterval.Steps(number));
  }

  private static Optional<Integer> epochs(JsonNode node) {
    Matcher counted = COUNTED.matcher(node.asText());
    return counted.matches() && counted.group(2).equals("epoch")
        ? Optional.of(Integer.valueOf(counted.group(1)))
        : Optional.empty();
  }
}
