package dev.lockstep.driver.evaluation;

import dev.lockstep.common.data.LabelSchema;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;

/**
 * Adds up what the partitions of an input found, in the order of the partitions, which decides the
 * last bits of the loss.
 *
 * <p>A row of sums may take megabytes and there is one for every partition, so they are added on
 * the executors, {@link #FAN_IN} neighbours to one, until few enough for the driver are left. A
 * task holds one sum and one row at a time: the shuffle brings the rows sorted.
 */
final class OrderedSum {
  /** Neighbours that become one; at most that many come to the driver. */
  static final int FAN_IN = 16;

  private final String data;
  private final LabelSchema label;

  /**
   * @param data what is evaluated, in words
   */
  OrderedSum(String data, LabelSchema label) {
    this.data = data;
    this.label = label;
  }

  /**
   * Runs the jobs.
   *
   * @param parts one element a partition, its key the number of the partition
   */
  Figures of(JavaPairRDD<Integer, PartialFigures> parts) {
    JavaPairRDD<Integer, PartialFigures> rest = parts;
    while (rest.getNumPartitions() > FAN_IN) {
      rest = neighboursAdded(rest);
    }
    return PartialFigures.sum(data, label, rest.values().collect());
  }

  private static JavaPairRDD<Integer, PartialFigures> neighboursAdded(
      JavaPairRDD<Integer, PartialFigures> parts) {
    return JavaPairRDD.fromJavaRDD(
        parts
            .repartitionAndSortWithinPartitions(new Neighbours(parts.getNumPartitions()))
            .mapPartitionsWithIndex(OrderedSum::added, true));
  }

  private static Iterator<Tuple2<Integer, PartialFigures>> added(
      Integer group, Iterator<Tuple2<Integer, PartialFigures>> sorted) {
    PartialFigures sum = sorted.next()._2();
    while (sorted.hasNext()) {
      sum = sum.plus(sorted.next()._2());
    }
    return List.of(new Tuple2<>(group, sum)).iterator();
  }

  /** Sends partitions that follow each other to one. */
  private static final class Neighbours extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int groups;

    Neighbours(int partitions) {
      this.groups = (partitions + FAN_IN - 1) / FAN_IN;
    }

    @Override
    public int numPartitions() {
      return groups;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key / FAN_IN;
    }
  }
}
