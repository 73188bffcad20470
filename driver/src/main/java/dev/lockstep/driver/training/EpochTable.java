package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.run.Progress;
import dev.lockstep.worker.training.TrainingObserver;
import java.time.Duration;
import java.util.Locale;

/** Shows a training as it goes: a passing line a step, a row of a table an epoch. */
final class EpochTable implements TrainingObserver {
  private final Progress progress;
  private final int epochs;

  EpochTable(Progress progress, int epochs) {
    this.progress = progress;
    this.epochs = epochs;
  }

  /** Prints what the columns are. */
  void header() {
    progress.line(
        row(
            "epoch",
            "train loss",
            "valid loss",
            "valid",
            "samples/s",
            "seconds",
            "compute",
            "exchange",
            "input"));
  }

  @Override
  public void stepDone(StepReport step) {
    progress.status(
        String.format(
            Locale.ROOT,
            "epoch %d/%d  step %d/%d  loss %.4f  %,.0f samples/s",
            step.epoch(),
            epochs,
            step.step(),
            step.steps(),
            step.loss(),
            step.samplesPerSecond()));
  }

  @Override
  public void epochDone(EpochReport epoch) {
    progress.line(
        row(
            epoch.epoch() + "/" + epochs,
            number("%.4f", epoch.trainLoss()),
            epoch.validation().map(m -> number("%.4f", m.loss())).orElse("-"),
            epoch.validation().map(EpochTable::quality).orElse("-"),
            number("%,.0f", epoch.samplesPerSecond()),
            number("%.2f", epoch.seconds()),
            number("%.2f", epoch.computeSeconds()),
            number("%.2f", epoch.exchangeSeconds()),
            number("%.2f", epoch.inputSeconds())));
  }

  @Override
  public void waitsForCheckpoint(Position position, Duration time) {
    progress.status(
        "waiting for the checkpoint after %s to be stored, %s"
            .formatted(position.text(), Waiting.text(time)));
  }

  /** Accuracy of classes, R2 of values. */
  private static String quality(Metrics metrics) {
    return metrics
        .accuracy()
        .map(accuracy -> number("%.4f", accuracy))
        .or(() -> metrics.r2().map(r2 -> number("r2 %.3f", r2)))
        .orElse("-");
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%7s %11s %11s %9s %11s %8s %8s %8s %8s", cells);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
