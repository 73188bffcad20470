package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.posexplode;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Exact medians of all numeric columns at once: the numbers are sorted by (column, number), and
 * those in the middle of each column are picked by their place.
 */
final class Medians {
  private final long[] lower;
  private final long[] upper;

  /**
   * @param counts numbers in each column, at least one
   */
  Medians(long[] counts) {
    lower = new long[counts.length];
    upper = new long[counts.length];
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      lower[i] = before + (counts[i] - 1) / 2;
      upper[i] = before + counts[i] / 2;
      before += counts[i];
    }
  }

  /**
   * The median of each column; of an even count, the mean of the two in the middle.
   *
   * @param rows their first column is an array of the numbers, null where one is missing
   */
  double[] of(Dataset<Row> rows) {
    Map<Long, Double> picked = picked(rows);
    return IntStream.range(0, lower.length)
        .mapToDouble(i -> picked.get(lower[i]) / 2 + picked.get(upper[i]) / 2)
        .toArray();
  }

  private Map<Long, Double> picked(Dataset<Row> rows) {
    Set<Long> places = new HashSet<>();
    for (int i = 0; i < lower.length; i++) {
      places.add(lower[i]);
      places.add(upper[i]);
    }
    Dataset<Row> sorted =
        rows.select(posexplode(rows.col(rows.columns()[0])))
            .where(col("col").isNotNull())
            .orderBy(col("pos"), col("col"));
    return new HashMap<>(
        sorted
            .javaRDD()
            .zipWithIndex()
            .filter(pair -> places.contains(pair._2()))
            .mapToPair(pair -> new scala.Tuple2<>(pair._2(), pair._1().getDouble(1)))
            .collectAsMap());
  }
}
