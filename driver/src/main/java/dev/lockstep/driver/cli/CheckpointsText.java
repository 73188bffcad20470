package dev.lockstep.driver.cli;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checkpoints of a run as lines for people, the latest last. */
final class CheckpointsText {
  private static final String LINE = "%-42s %7s %9s %7s %11s";

  private CheckpointsText() {}

  static String of(List<CommittedCheckpoint> checkpoints) {
    return Stream.concat(
            Stream.of(LINE.formatted("checkpoint", "epochs", "steps", "driver", "valid loss")),
            checkpoints.stream().map(CheckpointsText::line))
        .collect(Collectors.joining("\n"));
  }

  private static String line(CommittedCheckpoint checkpoint) {
    return LINE.formatted(
        checkpoint.name(),
        checkpoint.position().epoch() - 1,
        "+ " + checkpoint.position().step(),
        checkpoint.driverEpoch(),
        checkpoint
            .validationLoss()
            .map(loss -> String.format(Locale.ROOT, "%.4f", loss))
            .orElse("-"));
  }
}
