package dev.lockstep.driver.evaluation;

import dev.lockstep.driver.predict.SentNetwork;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/** The body of a task that evaluates raw rows: one network, one batch after the other. */
final class EvaluatePartition
    implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, PartialFigures>>> {
  private static final long serialVersionUID = 1L;

  private final SentNetwork network;
  private final ArrayList<String> cells;

  /**
   * @param cells columns that came from the input
   */
  EvaluatePartition(SentNetwork network, List<String> cells) {
    this.network = network;
    this.cells = new ArrayList<>(cells);
  }

  @Override
  public Iterator<Tuple2<Integer, PartialFigures>> call(Integer partition, Iterator<Row> samples) {
    RowEvaluator evaluator = new RowEvaluator(network, network.open(), cells);
    samples.forEachRemaining(evaluator::add);
    return List.of(new Tuple2<>(partition, evaluator.figures())).iterator();
  }
}
