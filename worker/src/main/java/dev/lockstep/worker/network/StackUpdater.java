package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.network.BlockUpdate.Kind;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;

/** The updater of a stack by way of {@link FlatUpdate}, wherever that is possible. */
final class StackUpdater extends MultiLayerUpdater {
  private static final long serialVersionUID = 1L;

  private final transient MultiLayerNetwork stack;
  private final transient FlatUpdate flat;
  private final boolean normalises;

  StackUpdater(MultiLayerNetwork network, Updating updating) {
    super(network);
    stack = network;
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
      update(gradient(), iteration, epoch, samples, LayerWorkspaceMgr.noWorkspaces());
      stack.params().subi(getFlattenedGradientsView().reshape(stack.params().shape()));
    } else {
      flat.apply(samples, iteration, epoch, part);
    }
  }

  /** By layer and parameter, as a pass of DL4J's leaves it; another pass does not. */
  private Gradient gradient() {
    Gradient named = new DefaultGradient(getFlattenedGradientsView());
    for (Layer layer : stack.getLayers()) {
      ParamInitializer initializer = layer.conf().getLayer().initializer();
      if (layer.numParams() > 0) {
        initializer
            .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray())
            .forEach((name, view) -> named.setGradientFor(layer.getIndex() + "_" + name, view));
      }
    }
    return named;
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
