package dev.lockstep.worker.network;

import dev.lockstep.worker.network.NetworkTrainer.Range;
import java.util.List;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;

/** The updater of a stack by way of {@link FlatUpdate}, wherever that is possible. */
final class StackUpdater extends MultiLayerUpdater {
  private static final long serialVersionUID = 1L;

  private final transient FlatUpdate flat;
  private final boolean normalises;

  StackUpdater(MultiLayerNetwork network) {
    super(network);
    flat =
        new FlatUpdate(
            getMinibatchDivisionSubsets(getFlattenedGradientsView()), getUpdaterBlocks());
    normalises = FlatUpdate.normalises(getOrderedLayers());
  }

  @Override
  public synchronized void update(
      Gradient gradient, int iteration, int epoch, int samples, LayerWorkspaceMgr workspaces) {
    if (normalises) {
      super.update(gradient, iteration, epoch, samples, workspaces);
      return;
    }
    if (isMiniBatch()) {
      flat.divide(samples);
    }
    flat.apply(iteration, epoch);
  }

  /** See {@link NetworkTrainer#divisor}. */
  int divisor(int samples) {
    return isMiniBatch() ? samples : 1;
  }

  List<Range> layers() {
    return FlatUpdate.layers(getOrderedLayers());
  }

  List<Range> statistics() {
    return FlatUpdate.statistics(getOrderedLayers());
  }
}
