package dev.lockstep.worker.training;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.LaneRows;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.combine.Divergence;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.evaluation.BatchEvaluator;
import dev.lockstep.worker.evaluation.EvaluationCut;
import dev.lockstep.worker.evaluation.EvaluationSums;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.ReplicaBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evaluates a split with all ranks of the group, by lanes of its own and in the canonical order, so
 * that the figures have the same bits for every number of ranks.
 */
final class SplitEvaluation implements AutoCloseable {
  private final String name;
  private final DataSchema schema;
  private final SampleOrder order;
  private final LaneSamples samples;
  private final LaneRows rows;
  private final BatchEvaluator evaluator;
  private final ReplicaBatch batch;

  /**
   * @param name of the split, for messages
   * @param samples of the split; closed with this object
   * @param batch what samples are read into
   * @param lanes of the job
   */
  SplitEvaluation(
      String name,
      Replica replica,
      ProcessGroup group,
      DataSchema schema,
      Split split,
      LaneSamples samples,
      ReplicaBatch batch,
      int lanes) {
    this.name = name;
    this.schema = schema;
    int evaluationLanes = EvaluationCut.lanes(lanes);
    this.order = new SampleOrder(split.blockSizes(), evaluationLanes, Shuffle.NEVER, 0);
    this.samples = samples;
    this.rows = new LaneRows(group, evaluationLanes);
    this.evaluator = new BatchEvaluator(replica.network());
    this.batch = batch;
  }

  /** The metrics of the whole split, the same on every rank; empty where the split is. */
  Optional<Metrics> evaluate(int epoch) {
    if (order.samples() == 0) {
      return Optional.empty();
    }
    samples.start(order.epoch(1));
    List<double[]> ofLanes = new ArrayList<>();
    LaneRange lanes = rows.lanes();
    for (int lane = lanes.first(); lane < lanes.end(); lane++) {
      ofLanes.add(evaluateLane(lane));
    }
    int length = EvaluationSums.of(schema.label()).toRow().length;
    double[] sum = rows.sum(ofLanes, length, new Occasion(epoch, 0, "the evaluation"));
    Metrics metrics = EvaluationSums.ofRow(schema.label(), sum).metrics();
    if (!Double.isFinite(metrics.loss())) {
      throw Divergence.at(
          "epoch " + epoch, "the loss of the %s part is %s".formatted(name, metrics.loss()));
    }
    return Optional.of(metrics);
  }

  @Override
  public void close() {
    samples.close();
  }

  private double[] evaluateLane(int lane) {
    EvaluationSums sums = EvaluationSums.of(schema.label());
    samples.next(lane, EvaluationCut.BATCH, batch);
    while (batch.samples() > 0) {
      evaluator.add(batch.inputs(), batch.targets(), batch.labels(), sums);
      samples.next(lane, EvaluationCut.BATCH, batch);
    }
    return sums.toRow();
  }
}
