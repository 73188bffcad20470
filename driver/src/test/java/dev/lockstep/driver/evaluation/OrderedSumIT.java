package dev.lockstep.driver.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.driver.predict.RowAccount;
import dev.lockstep.driver.resources.SparkSessions;
import dev.lockstep.worker.evaluation.EvaluationSums;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

@Timeout(120)
final class OrderedSumIT {
  private static final LabelSchema.Classes LABEL =
      new LabelSchema.Classes("digit", List.of("0", "1", "2"));
  private static final long SEED = 7;
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.open("local[2]", "ordered-sum-test");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 17, 32, 300})
  void addsNeighboursInTheOrderOfTheirPartitions(int partitions) {
    List<PartialFigures> rows = rows(partitions);

    Figures figures = new OrderedSum("a.csv", LABEL).of(distributed(rows));

    assertThat(figures.data()).isEqualTo("a.csv");
    assertThat(figures.account()).isEqualTo(RowAccount.of(partitions, List.of()));
    assertThat(figures.sums().toRow()).as("seed %d", SEED).containsExactly(byHand(rows));
  }

  private static JavaPairRDD<Integer, PartialFigures> distributed(List<PartialFigures> rows) {
    List<Tuple2<Integer, PartialFigures>> numbered = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      numbered.add(new Tuple2<>(i, rows.get(i)));
    }
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelizePairs(numbered, rows.size());
  }

  /** Sixteen neighbours to one, until no more than sixteen are left. */
  private static double[] byHand(List<PartialFigures> rows) {
    List<double[]> sums = rows.stream().map(PartialFigures::sums).toList();
    while (sums.size() > 16) {
      List<double[]> fewer = new ArrayList<>();
      for (int first = 0; first < sums.size(); first += 16) {
        fewer.add(added(sums.subList(first, Math.min(first + 16, sums.size()))));
      }
      sums = fewer;
    }
    return added(sums);
  }

  private static double[] added(List<double[]> rows) {
    double[] total = rows.get(0).clone();
    for (double[] row : rows.subList(1, rows.size())) {
      for (int i = 0; i < total.length; i++) {
        total[i] += row[i];
      }
    }
    return total;
  }

  private static List<PartialFigures> rows(int count) {
    Random random = new Random(SEED);
    List<PartialFigures> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      EvaluationSums sums = EvaluationSums.of(LABEL);
      double loss = random.nextDouble() * Math.pow(10, random.nextInt(9));
      sums.add(new float[] {0, 1, 0}, new float[] {random.nextInt(3)}, 1, loss);
      rows.add(new PartialFigures(sums, RowAccount.of(1, List.of())));
    }
    return rows;
  }
}
