package dev.lockstep.driver.evaluation;

import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.StorageSettings;
import dev.lockstep.driver.predict.RowAccount;
import dev.lockstep.driver.predict.SentNetwork;
import dev.lockstep.worker.data.LaneSamples;
import dev.lockstep.worker.evaluation.BatchEvaluator;
import dev.lockstep.worker.evaluation.EvaluationCut;
import dev.lockstep.worker.evaluation.EvaluationSums;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.network.Network;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/** The body of a task that evaluates some lanes of the test part: a row of sums for each lane. */
final class PreparedLanes implements FlatMapFunction<Iterator<Integer>, PartialFigures> {
  private static final long serialVersionUID = 1L;

  /** Decoded blocks in memory: lanes of one task follow each other in the shards. */
  private static final long CACHE_BYTES = 64L << 20;

  private final SentNetwork network;
  private final String manifest;
  private final String directory;
  private final int lanes;
  private final StorageSettings settings;

  /**
   * @param manifest of the prepared data as JSON
   * @param directory folder of the manifest
   * @param settings of the file systems
   */
  PreparedLanes(
      SentNetwork network, String manifest, String directory, int lanes, StorageSettings settings) {
    this.network = network;
    this.manifest = manifest;
    this.directory = directory;
    this.lanes = lanes;
    this.settings = settings;
  }

  @Override
  public Iterator<PartialFigures> call(Iterator<Integer> ofTask) {
    DatasetManifest data = Json.read(manifest, DatasetManifest.class, "the manifest");
    Network opened = network.open();
    ReplicaBatch batch = network.batch(opened, EvaluationCut.BATCH);
    List<PartialFigures> rows = new ArrayList<>();
    try (LaneSamples samples =
        new LaneSamples(settings.open(), directory, data.schema(), data.test(), CACHE_BYTES)) {
      samples.start(new SampleOrder(data.test().blockSizes(), lanes, Shuffle.NEVER, 0).epoch(1));
      BatchEvaluator evaluator = new BatchEvaluator(opened);
      while (ofTask.hasNext()) {
        EvaluationSums sums = EvaluationSums.of(data.schema().label());
        addLane(ofTask.next(), samples, batch, evaluator, sums);
        rows.add(new PartialFigures(sums, RowAccount.of(sums.samples(), List.of())));
      }
    }
    return rows.iterator();
  }

  private static void addLane(
      int lane,
      LaneSamples samples,
      ReplicaBatch batch,
      BatchEvaluator evaluator,
      EvaluationSums sums) {
    samples.next(lane, EvaluationCut.BATCH, batch);
    while (batch.samples() > 0) {
      evaluator.add(batch.inputs(), batch.targets(), batch.labels(), sums);
      samples.next(lane, EvaluationCut.BATCH, batch);
    }
  }
}
