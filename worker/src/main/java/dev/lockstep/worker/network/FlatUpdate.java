package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.network.BlockUpdate.Kind;
import dev.lockstep.worker.network.BlockUpdate.Normalised;
import dev.lockstep.worker.update.Sweep;
import dev.lockstep.worker.update.UpdateRule;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The update of a whole network, block by block, with the bits of DL4J's.
 *
 * <p>DL4J compares the gradient's array with the network's by identity to see whether it is the
 * network's own, and that comparison never holds. Here the gradient always is the network's own.
 */
final class FlatUpdate {
  private final List<BlockUpdate> blocks;
  private final INDArray gradient;
  private final INDArray parameters;
  private final Sweep.Vectors vectors;

  /**
   * @param network whose gradient view exists; its updater is replaced
   * @param layout of its gradient
   */
  FlatUpdate(Dl4jNetwork network, FlatLayout layout, Updating updating) {
    BaseMultiLayerUpdater<?> updater = network.makeUpdater();
    gradient = flat(network.model().getGradientsViewArray());
    parameters = flat(network.model().params());
    vectors =
        new Sweep.Vectors(
            floats(gradient),
            floats(parameters),
            Optional.ofNullable(updater.getStateViewArray())
                .map(FlatUpdate::floats)
                .orElseGet(() -> FloatBuffer.allocate(0)));
    Kind kind = network.model().conf().isMiniBatch() ? Kind.SUM : Kind.MEAN;
    blocks =
        layout.normalises()
            ? List.of(new Normalised(updater, network.namedGradient(), gradient, parameters))
            : updater.getUpdaterBlocks().stream()
                .map(block -> update(block, kind, updating))
                .toList();
  }

  void apply(int samples, int iteration, int epoch, Span part) {
    for (int i = 0; i < blocks.size(); i++) { // an iterator would be garbage of every step
      blocks.get(i).apply(samples, iteration, epoch, part);
    }
  }

  /** Whether some parameters can be moved without the others. */
  boolean takesParts() {
    return blocks.stream().allMatch(BlockUpdate::takesParts);
  }

  /** The state that moves with the parameters of a part. */
  List<Span> stateOf(Span part) {
    return blocks.stream().flatMap(block -> block.stateOf(part).stream()).toList();
  }

  private BlockUpdate update(UpdaterBlock block, Kind kind, Updating updating) {
    List<Span> sums = kind == Kind.SUM ? sums(block) : List.of();
    return swept(block, sums)
        .filter(unused -> updating == Updating.SWEPT)
        .orElseGet(() -> BlockUpdate.Dl4j.of(block, sums, gradient, parameters));
  }

  /** Penalties on parameters stay with DL4J, and so does a block whose parts differ. */
  private Optional<BlockUpdate> swept(UpdaterBlock block, List<Span> sums) {
    Span whole = BlockUpdate.spanOf(block);
    boolean all = sums.equals(List.of(whole));
    if (block.isPretrainUpdaterBlock() || isRegularised(block) || !(all || sums.isEmpty())) {
      return Optional.empty();
    }
    return UpdateRule.of(block.getGradientUpdater().getConfig())
        .map(rule -> new Sweep(rule, whole, block.getUpdaterViewOffsetStart()))
        .map(sweep -> new BlockUpdate.Swept(sweep, vectors, all ? Kind.SUM : Kind.MEAN));
  }

  private static boolean isRegularised(UpdaterBlock block) {
    return block.getLayersAndVariablesInBlock().stream()
        .map(part -> part.getLayer().getConfig().getRegularizationByParam(part.getParamName()))
        .anyMatch(penalties -> penalties != null && !penalties.isEmpty());
  }

  /** The parts of a block's gradient that are sums over samples, neighbours in one. */
  private static List<Span> sums(UpdaterBlock block) {
    List<Span> sums = new ArrayList<>();
    for (ParamState part : block.getLayersAndVariablesInBlock()) {
      if (part.getLayer().updaterDivideByMinibatch(part.getParamName())) {
        append(sums, new Span(part.getParamOffsetStart(), part.getParamOffsetEnd()));
      }
    }
    return sums;
  }

  private static void append(List<Span> spans, Span next) {
    int last = spans.size() - 1;
    if (last >= 0 && spans.get(last).end() == next.start()) {
      spans.set(last, new Span(spans.get(last).start(), next.end()));
    } else {
      spans.add(next);
    }
  }

  private static INDArray flat(INDArray vector) {
    return vector.reshape(vector.length());
  }

  private static FloatBuffer floats(INDArray flat) {
    return flat.data().asNio().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
