package dev.lockstep.worker.model;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's updater without the views that DL4J builds anew for every update: same operations on the
 * same memory, same bits.
 *
 * <p>DL4J compares the gradient's array with the network's by identity to see whether it is the
 * network's own, and that comparison never holds. Here the gradient always is the network's own.
 */
final class FlatUpdater extends MultiLayerUpdater {
  private static final long serialVersionUID = 1L;

  private final transient List<INDArray> divided;
  private final boolean normalises;

  FlatUpdater(MultiLayerNetwork network) {
    super(network);
    divided = getMinibatchDivisionSubsets(getFlattenedGradientsView());
    normalises = Arrays.stream(network.getLayers()).anyMatch(FlatUpdater::normalises);
  }

  @Override
  public synchronized void update(
      Gradient gradient, int iteration, int epoch, int samples, LayerWorkspaceMgr workspaces) {
    if (normalises) {
      super.update(gradient, iteration, epoch, samples, workspaces);
      return;
    }
    if (isMiniBatch()) {
      divided.forEach(array -> array.divi(samples));
    }
    for (UpdaterBlock block : getUpdaterBlocks()) {
      if (!block.skipDueToPretrainConfig(false)) {
        block.update(iteration, epoch);
      }
    }
  }

  private static boolean normalises(Layer layer) {
    GradientNormalization normalization =
        layer.conf().getLayer() instanceof org.deeplearning4j.nn.conf.layers.BaseLayer base
            ? base.getGradientNormalization()
            : null;
    return normalization != null && normalization != GradientNormalization.None;
  }
}
