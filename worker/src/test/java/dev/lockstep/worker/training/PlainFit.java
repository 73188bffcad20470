package dev.lockstep.worker.training;

import dev.lockstep.common.data.KeyedRandom;
import dev.lockstep.common.data.LaneCursor;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.worker.testing.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The same samples in the same order through DL4J alone: global batch s is batch s of every lane.
 */
record PlainFit(Dataset dataset, int microbatch, int lanes) {
  private static final int CLASSES = 3;

  /**
   * Fits all epochs.
   *
   * @param fit takes features and targets of a global batch
   */
  void run(BiConsumer<INDArray, INDArray> fit, Runnable epochEnd) {
    SampleOrder order =
        new SampleOrder(
            dataset.manifest().train().blockSizes(), lanes, Shuffle.EACH_EPOCH, SampleData.SEED);
    for (int epoch = 1; epoch <= LocalTraining.EPOCHS; epoch++) {
      List<LaneCursor> cursors = new ArrayList<>();
      for (int lane = 0; lane < lanes; lane++) {
        cursors.add(order.epoch(epoch).lane(lane));
      }
      for (int step = 0; step < order.steps(microbatch); step++) {
        Nd4j.getRandom().setSeed(KeyedRandom.hash(SampleData.SEED, epoch, step, 0));
        fitGlobalBatch(cursors, fit);
      }
      epochEnd.run();
    }
  }

  private void fitGlobalBatch(List<LaneCursor> cursors, BiConsumer<INDArray, INDArray> fit) {
    List<float[]> features = new ArrayList<>();
    List<float[]> labels = new ArrayList<>();
    for (LaneCursor cursor : cursors) {
      for (int i = 0; i < microbatch && cursor.advance(); i++) {
        int sample = SampleData.sample(cursor);
        features.add(dataset.features().get(sample));
        float[] oneHot = new float[CLASSES];
        oneHot[dataset.labels().get(sample)] = 1;
        labels.add(oneHot);
      }
    }
    fit.accept(
        Nd4j.create(features.toArray(new float[0][])), Nd4j.create(labels.toArray(new float[0][])));
  }
}
