package dev.lockstep.worker.network;

import dev.lockstep.worker.network.NetworkTrainer.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The update of DL4J without the views that DL4J builds anew for every update: same operations on
 * the same memory, same bits.
 *
 * <p>DL4J compares the gradient's array with the network's by identity to see whether it is the
 * network's own, and that comparison never holds. Here the gradient always is the network's own.
 *
 * @param divided parts of the gradient that are divided by the samples
 * @param blocks neighbours that share an updater
 */
record FlatUpdate(List<INDArray> divided, List<UpdaterBlock> blocks) {
  void apply(int iteration, int epoch) {
    for (UpdaterBlock block : blocks) {
      if (!block.skipDueToPretrainConfig(false)) {
        block.update(iteration, epoch);
      }
    }
  }

  void divide(int samples) {
    divided.forEach(array -> array.divi(samples));
  }

  /** Whether some layer's gradient is normalised or clipped, which is left to DL4J. */
  static boolean normalises(Trainable[] layers) {
    return Arrays.stream(layers)
        .map(layer -> layer.getConfig().getGradientNormalization())
        .anyMatch(kind -> kind != null && kind != GradientNormalization.None);
  }

  /**
   * The part of the flat gradient that belongs to each layer.
   *
   * @param layers in the order of the flat vector
   */
  static List<Range> layers(Trainable[] layers) {
    List<Range> ranges = new ArrayList<>();
    int start = 0;
    for (Trainable layer : layers) {
      int length = Math.toIntExact(layer.numParams());
      ranges.add(new Range(start, length));
      start += length;
    }
    return ranges;
  }

  /**
   * The parts of the flat gradient that hold statistics.
   *
   * @param layers in the order of the flat vector
   */
  static List<Range> statistics(Trainable[] layers) {
    List<Range> ranges = new ArrayList<>();
    int start = 0;
    for (Trainable layer : layers) {
      for (var parameter : layer.paramTable(false).entrySet()) {
        int length = Math.toIntExact(parameter.getValue().length());
        if (!layer.updaterDivideByMinibatch(parameter.getKey())) {
          ranges.add(new Range(start, length));
        }
        start += length;
      }
    }
    return ranges;
  }
}
