package dev.lockstep.worker.network;

import dev.lockstep.worker.network.NetworkTrainer.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tells of each layer's gradient while the backward pass goes on with the layers before it. The
 * layers are exchanged for their {@link LayerHook}s for the time of a pass only: whoever asks the
 * network for a layer at another time gets the layer.
 *
 * <p>What no layer has told of, such as the parameters of a vertex that is no layer, is told of at
 * the end of the pass.
 */
final class LayerHooks {
  private final long elements;
  private final List<Hook> hooks;
  private final BooleanSupplier changesFinished;

  /**
   * Hooks into a network.
   *
   * @param gradient of the whole network, flat
   * @param slots of its layers
   * @param changesFinished whether a gradient may change after its layer's backward pass, as by a
   *     listener of the network or the next chunk of truncated backpropagation: then nothing is
   *     told of before the end
   */
  LayerHooks(INDArray gradient, List<LayerSlot> slots, BooleanSupplier changesFinished) {
    this.elements = gradient.length();
    this.hooks = slots.stream().map(Hook::new).toList();
    this.changesFinished = changesFinished;
  }

  /**
   * Runs a forward and backward pass.
   *
   * @param pass returns its loss
   */
  double during(DoubleSupplier pass, GradientListener listener) {
    if (changesFinished.getAsBoolean()) {
      double loss = pass.getAsDouble();
      tell(0, Math.toIntExact(elements), listener);
      return loss;
    }
    double loss;
    try {
      hooks.forEach(hook -> hook.begin(listener));
      loss = pass.getAsDouble();
    } finally {
      hooks.forEach(Hook::end);
    }
    tellOfTheRest(listener);
    return loss;
  }

  private void tellOfTheRest(GradientListener listener) {
    List<Range> told = new ArrayList<>();
    hooks.forEach(hook -> hook.told.ifPresent(told::add));
    told.sort(Comparator.comparingInt(Range::start));
    int next = 0;
    for (Range range : told) {
      tell(next, range.start(), listener);
      next = range.start() + range.length();
    }
    tell(next, Math.toIntExact(elements), listener);
  }

  private static void tell(int start, int end, GradientListener listener) {
    if (start < end) {
      listener.complete(start, end - start);
    }
  }

  /** A layer of the network, by whatever object it is carried out. */
  private static final class Hook {
    private final LayerSlot slot;
    private Optional<Layer> layer = Optional.empty();
    private Optional<Layer> standIn = Optional.empty();
    private Optional<Range> told = Optional.empty();
    private GradientListener listener = (start, length) -> {};

    Hook(LayerSlot slot) {
      this.slot = slot;
    }

    void begin(GradientListener newListener) {
      listener = newListener;
      told = Optional.empty();
      Layer found = slot.layer().get();
      if (layer.isEmpty() || layer.get() != found) {
        standIn = LayerHook.suits(found) ? Optional.of(standIn(found)) : Optional.empty();
      }
      layer = Optional.of(found);
      standIn.ifPresent(slot.put());
    }

    void end() {
      layer.ifPresent(slot.put());
    }

    private Layer standIn(Layer found) {
      INDArray view = found.getGradientsViewArray();
      Range range = new Range(Math.toIntExact(view.offset()), Math.toIntExact(view.length()));
      return LayerHook.around(found, () -> tell(range));
    }

    private void tell(Range range) {
      if (told.isPresent()) {
        throw new IllegalStateException(
            "Cannot tell twice of the gradient from element %d in one pass"
                .formatted(range.start()));
      }
      told = Optional.of(range);
      listener.complete(range.start(), range.length());
    }
  }
}
