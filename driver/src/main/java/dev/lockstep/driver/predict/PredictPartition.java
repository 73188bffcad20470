package dev.lockstep.driver.predict;

import dev.lockstep.worker.network.Network;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** The body of a prediction's task: opens the network once, then runs the rows through it. */
final class PredictPartition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final SentNetwork network;
  private final ArrayList<String> kept;
  private final ArrayList<String> cells;
  private final RowAccounts accounts;

  PredictPartition(
      SentNetwork network, List<String> kept, List<String> cells, RowAccounts accounts) {
    this.network = network;
    this.kept = new ArrayList<>(kept);
    this.cells = new ArrayList<>(cells);
    this.accounts = accounts;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> samples) {
    Network opened = network.open();
    return new PredictedRows(
        samples,
        new BatchPredictor(opened, network.batch(opened, BatchPredictor.CAPACITY)),
        Outcome.of(network.schema().label()),
        kept,
        cells,
        accounts::add);
  }
}
