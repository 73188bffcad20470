package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.update.Sweep;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The update of neighbouring parameters, as a rule those that share an updater. */
sealed interface BlockUpdate {
  /**
   * Moves those parameters of the block that lie in a part of the vector.
   *
   * @param samples by which the gradient is divided
   * @param part all of the vector, unless the block takes parts
   */
  void apply(int samples, int iteration, int epoch, Span part);

  /** Whether some parameters can be moved without the others. */
  default boolean takesParts() {
    return false;
  }

  /** The state that moves with the parameters of a part, where the block takes parts. */
  default List<Span> stateOf(Span part) {
    throw new IllegalStateException("Cannot tell whose state it is: DL4J updates the block whole");
  }

  /**
   * In one sweep.
   *
   * @param divided whether this gradient is a sum over the samples
   */
  record Swept(Sweep sweep, Sweep.Vectors vectors, Kind divided) implements BlockUpdate {
    @Override
    public void apply(int samples, int iteration, int epoch, Span part) {
      int divisor = divided == Kind.SUM ? samples : 1;
      sweep.run(vectors, divisor, iteration, epoch, part);
    }

    @Override
    public boolean takesParts() {
      return true;
    }

    @Override
    public List<Span> stateOf(Span part) {
      return sweep.stateOf(part);
    }
  }

  /**
   * Of all parameters by DL4J, which normalises or clips the gradient of each layer before.
   *
   * @param named the gradient by layer and parameter
   * @param gradient [parameters]
   * @param parameters [parameters]
   */
  record Normalised(
      BaseMultiLayerUpdater<?> updater,
      Supplier<Gradient> named,
      INDArray gradient,
      INDArray parameters)
      implements BlockUpdate {
    @Override
    public void apply(int samples, int iteration, int epoch, Span part) {
      updater.update(named.get(), iteration, epoch, samples, LayerWorkspaceMgr.noWorkspaces());
      parameters.subi(gradient);
    }
  }

  /** Where a block lies in the flat vectors. */
  static Span spanOf(UpdaterBlock block) {
    return new Span(block.getParamOffsetStart(), block.getParamOffsetEnd());
  }

  /** What a block's gradient is. */
  enum Kind {
    /** Over the samples, to be divided by them. */
    SUM,
    /** Already what the updater takes. */
    MEAN
  }

  /**
   * By DL4J: same operations on the same memory, without the views that DL4J builds for each.
   *
   * @param divided parts of the gradient that are divided by the samples
   */
  record Dl4j(UpdaterBlock block, List<INDArray> divided, INDArray gradient, INDArray parameters)
      implements BlockUpdate {
    static Dl4j of(UpdaterBlock block, List<Span> sums, INDArray gradient, INDArray parameters) {
      Span whole = spanOf(block);
      return new Dl4j(
          block,
          sums.stream().map(span -> part(gradient, span)).toList(),
          part(gradient, whole),
          part(parameters, whole));
    }

    @Override
    public void apply(int samples, int iteration, int epoch, Span part) {
      divided.forEach(array -> array.divi(samples));
      if (!block.skipDueToPretrainConfig(false)) {
        block.update(iteration, epoch);
      }
      parameters.subi(gradient);
    }

    private static INDArray part(INDArray vector, Span span) {
      return vector.get(NDArrayIndex.interval(span.start(), span.end()));
    }
  }
}
