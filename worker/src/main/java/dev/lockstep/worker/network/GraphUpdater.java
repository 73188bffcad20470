package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.network.BlockUpdate.Kind;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;

/** The updater of a graph by way of {@link FlatUpdate}, wherever that is possible. */
final class GraphUpdater extends ComputationGraphUpdater {
  private static final long serialVersionUID = 1L;

  private final transient ComputationGraph graph;
  private final transient FlatUpdate flat;
  private final boolean normalises;

  GraphUpdater(ComputationGraph network, Updating updating) {
    super(network);
    graph = network;
    flat =
        new FlatUpdate(
            getUpdaterBlocks(),
            getFlattenedGradientsView(),
            network.params(),
            Optional.ofNullable(getStateViewArray()),
            isMiniBatch() ? Kind.SUM : Kind.MEAN,
            updating);
    normalises = layout().normalises();
  }

  /**
   * Moves the parameters by the network's gradient.
   *
   * @param part of them; all, unless the updater takes parts
   */
  void apply(int samples, int iteration, int epoch, Span part) {
    if (normalises) {
      update(graph.gradient(), iteration, epoch, samples, LayerWorkspaceMgr.noWorkspaces());
      graph.params().subi(getFlattenedGradientsView().reshape(graph.params().shape()));
    } else {
      flat.apply(samples, iteration, epoch, part);
    }
  }

  /** See {@link NetworkTrainer#takesParts}. */
  boolean takesParts() {
    return !normalises && !layout().constrains() && flat.takesParts();
  }

  /** See {@link NetworkTrainer#stateOf}. */
  List<Span> stateOf(Span part) {
    return flat.stateOf(part);
  }

  /** See {@link NetworkTrainer#divisor}. */
  int divisor(int samples) {
    return isMiniBatch() ? samples : 1;
  }

  FlatLayout layout() {
    return new FlatLayout(List.of(getOrderedLayers()));
  }
}
