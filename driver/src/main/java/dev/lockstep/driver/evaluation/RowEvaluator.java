package dev.lockstep.driver.evaluation;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.driver.predict.BadRow;
import dev.lockstep.driver.predict.FeatureCells;
import dev.lockstep.driver.predict.RowAccount;
import dev.lockstep.driver.predict.SentNetwork;
import dev.lockstep.driver.prepare.RowColumns;
import dev.lockstep.worker.evaluation.BatchEvaluator;
import dev.lockstep.worker.evaluation.EvaluationCut;
import dev.lockstep.worker.evaluation.EvaluationSums;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.network.Network;
import java.util.List;
import org.apache.spark.sql.Row;

/** Gathers rows of the preprocessor into batches and evaluates each when it is full. */
final class RowEvaluator {
  private final BatchEvaluator evaluator;
  private final DataSchema schema;
  private final List<String> cells;
  private final ReplicaBatch batch;
  private final EvaluationSums sums;
  private RowAccount account = RowAccount.NONE;
  private int samples;

  /**
   * @param network opened from what was sent
   */
  RowEvaluator(SentNetwork sent, Network network, List<String> cells) {
    this.evaluator = new BatchEvaluator(network);
    this.schema = sent.schema();
    this.cells = cells;
    this.batch = sent.batch(network, EvaluationCut.BATCH);
    this.sums = EvaluationSums.of(schema.label());
  }

  void add(Row row) {
    String problem = problemOf(row);
    if (problem != null) {
      account = account.plus(RowAccount.of(1, List.of(BadRow.of(row, problem, cells))));
      return;
    }
    int width = schema.input().size();
    batch.features().put(samples * width, FeatureCells.of(row), 0, width);
    batch.labels()[samples] = labelOf(row);
    samples++;
    if (samples == EvaluationCut.BATCH) {
      evaluateBatch();
    }
  }

  /** The figures of all rows added. */
  PartialFigures figures() {
    evaluateBatch();
    return new PartialFigures(sums, account.plus(RowAccount.of(sums.samples(), List.of())));
  }

  private void evaluateBatch() {
    if (samples > 0) {
      batch.filled(samples);
      evaluator.add(batch.inputs(), batch.targets(), batch.labels(), sums);
      samples = 0;
    }
  }

  private static String problemOf(Row row) {
    String problem = row.getAs(RowColumns.PROBLEM);
    return problem == null && row.getAs(RowColumns.LABEL) == null
        ? "the row has no label"
        : problem;
  }

  /** The label as the network is to put it out. */
  private float labelOf(Row row) {
    double label = row.<Double>getAs(RowColumns.LABEL);
    return schema.label() instanceof LabelSchema.Value value
        ? (float) ((label - value.shift()) / value.scale())
        : (float) label;
  }
}
