package dev.lockstep.driver.cli;

import dev.lockstep.common.run.Metrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Metrics as lines for people, the ones that the label allows. */
final class MetricsText {
  private MetricsText() {}

  /** One line a figure, the name padded to the width of the other results. */
  static String of(Metrics metrics) {
    Map<String, Optional<Double>> figures = new LinkedHashMap<>();
    figures.put("Loss", Optional.of(metrics.loss()));
    figures.put("Accuracy", metrics.accuracy());
    figures.put("Precision", metrics.precision());
    figures.put("Recall", metrics.recall());
    figures.put("F1", metrics.f1());
    figures.put("RMSE", metrics.rmse());
    figures.put("MAE", metrics.mae());
    figures.put("R2", metrics.r2());
    return figures.entrySet().stream()
        .filter(figure -> figure.getValue().isPresent())
        .map(figure -> line(figure.getKey(), figure.getValue().get()))
        .collect(Collectors.joining("\n"));
  }

  private static String line(String name, double value) {
    return "%-11s %.4f".formatted(name, value);
  }
}
