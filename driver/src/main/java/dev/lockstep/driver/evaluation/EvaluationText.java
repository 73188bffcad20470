package dev.lockstep.driver.evaluation;

import dev.lockstep.common.failure.Count;
import dev.lockstep.common.run.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The result of an evaluation as lines of text. */
final class EvaluationText {
  /** A wider matrix does not fit a terminal. */
  private static final int CLASSES_SHOWN = 20;

  private EvaluationText() {}

  static String of(EvaluationResult result) {
    Metrics metrics = result.metrics();
    String skipped = result.skipped() == 0 ? "" : ", %,d skipped".formatted(result.skipped());
    String of = result.classes().size() == 2 ? " (of '" + result.classes().get(1) + "')" : "";
    return Stream.of(
            Stream.of(
                "Evaluated %s of %s%s"
                    .formatted(Count.of(metrics.samples(), "sample"), result.data(), skipped)),
            line("loss", Optional.of(metrics.loss()), ""),
            line("accuracy", metrics.accuracy(), ""),
            line("precision", metrics.precision(), of),
            line("recall", metrics.recall(), of),
            line("F1", metrics.f1(), of),
            line("RMSE", metrics.rmse(), ""),
            line("MAE", metrics.mae(), ""),
            line("R2", metrics.r2(), ""),
            confusion(result.classes(), result.confusion()))
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static Stream<String> line(String name, Optional<Double> figure, String remark) {
    return figure.stream()
        .map(value -> String.format(Locale.ROOT, "  %-10s %.6g%s", name, value, remark));
  }

  private static Stream<String> confusion(List<String> classes, List<List<Long>> counts) {
    if (classes.isEmpty()) {
      return Stream.empty();
    }
    if (classes.size() > CLASSES_SHOWN) {
      return Stream.of("  The confusion matrix of %d classes: --json".formatted(classes.size()));
    }
    int width =
        Stream.concat(classes.stream(), counts.stream().flatMap(List::stream).map(String::valueOf))
            .mapToInt(String::length)
            .max()
            .orElse(1);
    return Stream.concat(
        Stream.of(
            "  Samples by true class (rows) and predicted class (columns):",
            row("", classes, width)),
        IntStream.range(0, classes.size())
            .mapToObj(
                i ->
                    row(
                        classes.get(i),
                        counts.get(i).stream().map(String::valueOf).toList(),
                        width)));
  }

  private static String row(String name, List<String> cells, int width) {
    return Stream.concat(Stream.of(name), cells.stream())
        .map(cell -> " ".repeat(width - cell.length()) + cell)
        .collect(Collectors.joining("  ", "  ", ""));
  }
}
