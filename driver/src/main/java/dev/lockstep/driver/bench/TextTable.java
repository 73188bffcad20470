package dev.lockstep.driver.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows as a table of fixed width. */
final class TextTable {
  private TextTable() {}

  static String of(List<Row> rows) {
    if (rows.isEmpty()) {
      return "(no rows)";
    }

    List<List<String>> lines = new ArrayList<>();
    lines.add(List.copyOf(rows.get(0).figures().keySet()));
    rows.forEach(row -> lines.add(row.figures().values().stream().map(TextTable::cell).toList()));
    int[] widths =
        IntStream.range(0, lines.get(0).size())
            .map(i -> lines.stream().mapToInt(line -> line.get(i).length()).max().orElse(0))
            .toArray();
    return lines.stream().map(line -> padded(line, widths)).collect(Collectors.joining("\n"));
  }

  private static String padded(List<String> line, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(i -> " ".repeat(widths[i] - line.get(i).length()) + line.get(i))
        .collect(Collectors.joining("  "));
  }

  private static String cell(Object value) {
    return value instanceof Double figure
        ? String.format(Locale.ROOT, Math.abs(figure) >= 1000 ? "%.0f" : "%.3f", figure)
        : String.valueOf(value);
  }
}
