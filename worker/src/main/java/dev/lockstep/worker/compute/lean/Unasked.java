package dev.lockstep.worker.compute.lean;

import dev.lockstep.worker.network.LayerSlot.Feed;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Stands for the gradient of the features, which nobody asks for. */
final class Unasked {
  private Unasked() {}

  /** Nothing, or any array of the input's shape where a preprocessor reshapes what it gets. */
  @SuppressWarnings("NullAway") // DL4J's networks take null for a gradient that they do not use
  static INDArray gradient(Feed feed, INDArray input, LayerWorkspaceMgr workspaces) {
    return feed == Feed.FEATURES
        ? null
        : workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, input.dataType(), input.shape());
  }
}
