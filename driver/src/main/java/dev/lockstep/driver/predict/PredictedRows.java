package dev.lockstep.driver.predict;

import dev.lockstep.driver.prepare.RowColumns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The rows of a partition with their predictions, in their order, a batch at a time: no more than a
 * batch is in memory.
 */
final class PredictedRows implements Iterator<Row> {
  static final String NOT_FINITE = "the network's output is not finite";

  private final Iterator<Row> samples;
  private final BatchPredictor predictor;
  private final Outcome outcome;
  private final List<String> kept;
  private final List<String> cells;
  private final Consumer<RowAccount> accounts;
  private final Queue<Row> ready = new ArrayDeque<>();

  /**
   * @param samples rows of the preprocessor
   * @param kept columns that the output takes over
   * @param cells columns that came from the input
   * @param accounts told of every batch
   */
  PredictedRows(
      Iterator<Row> samples,
      BatchPredictor predictor,
      Outcome outcome,
      List<String> kept,
      List<String> cells,
      Consumer<RowAccount> accounts) {
    this.samples = samples;
    this.predictor = predictor;
    this.outcome = outcome;
    this.kept = kept;
    this.cells = cells;
    this.accounts = accounts;
  }

  @Override
  public boolean hasNext() {
    return !ready.isEmpty() || samples.hasNext();
  }

  @Override
  public Row next() {
    if (ready.isEmpty()) {
      predictNextBatch();
    }
    if (ready.isEmpty()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void predictNextBatch() {
    List<Row> batch = nextBatch();
    float[] outputs =
        predictor.outputs(
            batch.stream().filter(PredictedRows::usable).map(FeatureCells::of).toList());
    List<BadRow> bad = new ArrayList<>();
    int offset = 0;
    for (Row row : batch) {
      String problem = problemOf(row, outputs, offset);
      if (problem == null) {
        ready.add(predicted(row, outputs, offset));
      } else {
        ready.add(unpredicted(row, problem));
        bad.add(BadRow.of(row, problem, cells));
      }
      offset += usable(row) ? predictor.units() : 0;
    }
    accounts.accept(RowAccount.of(batch.size(), bad));
  }

  private List<Row> nextBatch() {
    List<Row> batch = new ArrayList<>();
    while (samples.hasNext() && batch.size() < BatchPredictor.CAPACITY) {
      batch.add(samples.next());
    }
    return batch;
  }

  private static boolean usable(Row row) {
    return row.getAs(RowColumns.PROBLEM) == null;
  }

  /** Why a row has no prediction; null, as in Spark's column, where it has one. */
  private String problemOf(Row row, float[] outputs, int offset) {
    return usable(row) && !finite(outputs, offset)
        ? NOT_FINITE
        : row.<String>getAs(RowColumns.PROBLEM);
  }

  private boolean finite(float[] outputs, int offset) {
    for (int unit = 0; unit < predictor.units(); unit++) {
      if (!Float.isFinite(outputs[offset + unit])) {
        return false;
      }
    }
    return true;
  }

  private Row predicted(Row row, float[] outputs, int offset) {
    List<Object> values = keptOf(row);
    values.addAll(outcome.cells(outputs, offset, predictor.units()));
    values.add(null);
    return RowFactory.create(values.toArray());
  }

  private Row unpredicted(Row row, String problem) {
    List<Object> values = keptOf(row);
    values.addAll(Collections.nCopies(outcome.size(), null));
    values.add(problem);
    return RowFactory.create(values.toArray());
  }

  private List<Object> keptOf(Row row) {
    List<Object> values = new ArrayList<>();
    kept.forEach(column -> values.add(row.getAs(column)));
    return values;
  }
}
