package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.Count;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The report of a finished run as lines for people. */
final class TrainText {
  private TrainText() {}

  static String of(RunReport report, RunDirectory run) {
    return """
        Trained     %s: %s, %s, %s in %.1f s
        %sModel       %s
        Report      %s
        Parameters  %,d, SHA-256 %s"""
        .formatted(
            report.job(),
            Count.of(report.epochs().size(), "epoch"),
            Count.of(report.steps(), "step"),
            Count.of(report.samplesSeen(), "sample"),
            report.wallSeconds(),
            report.test().map(TrainText::testLine).orElse(""),
            run.model(),
            run.report(),
            report.parameters(),
            report.parametersSha256().orElse("unknown"));
  }

  private static String testLine(Metrics metrics) {
    Map<String, Optional<Double>> figures = new LinkedHashMap<>();
    figures.put("accuracy", metrics.accuracy());
    figures.put("F1", metrics.f1());
    figures.put("RMSE", metrics.rmse());
    figures.put("MAE", metrics.mae());
    figures.put("R2", metrics.r2());
    return figures.entrySet().stream()
        .flatMap(
            figure ->
                figure.getValue().map(v -> ", %s %.4f".formatted(figure.getKey(), v)).stream())
        .collect(
            Collectors.joining(
                "",
                "Test        %s: loss %.4f"
                    .formatted(Count.of(metrics.samples(), "sample"), metrics.loss()),
                "\n"));
  }
}
