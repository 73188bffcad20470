package dev.lockstep.worker.evaluation;

import dev.lockstep.worker.network.Network;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Passes batches through a network in inference mode and adds what comes out to sums; parameters,
 * updater and counters of the network stay as they are. One thread at a time.
 *
 * <p>The loss of a sample is that of the first output's own loss function, without L1, L2 or weight
 * decay. A batch gives the same bits every time.
 */
public final class BatchEvaluator {
  private final Network network;

  public BatchEvaluator(Network network) {
    this.network = network;
  }

  /**
   * Evaluates a batch of at least one sample.
   *
   * @param inputs for each input of the network [samples, ...]
   * @param targets for each output [samples, units] as the loss function compares them with it
   * @param labels class index or scaled value of each sample
   */
  public void add(INDArray[] inputs, INDArray[] targets, float[] labels, EvaluationSums sums) {
    Network.Scored scored = network.score(inputs, targets[0]);
    float[] losses = flat(scored.losses());
    sums.add(flat(scored.outputs()), labels, losses.length, sum(losses));
  }

  private static float[] flat(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }
}
