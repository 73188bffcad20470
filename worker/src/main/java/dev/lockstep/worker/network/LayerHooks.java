package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
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
  private final Span whole;
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
    this.whole = new Span(0, Math.toIntExact(gradient.length()));
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
      listener.complete(whole);
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
    List<Span> told = new ArrayList<>();
    hooks.forEach(hook -> hook.told.ifPresent(told::add));
    told.sort(Comparator.comparingInt(Span::start));
    whole.without(told).forEach(listener::complete);
  }

  /** A layer of the network, by whatever object it is carried out. */
  private static final class Hook {
    private final LayerSlot slot;
    private Optional<Layer> layer = Optional.empty();
    private Optional<Layer> standIn = Optional.empty();
    private Optional<Span> told = Optional.empty();
    private GradientListener listener = part -> {};

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
      int start = Math.toIntExact(view.offset());
      Span part = new Span(start, start + Math.toIntExact(view.length()));
      return LayerHook.around(found, () -> tell(part));
    }

    private void tell(Span part) {
      if (told.isPresent()) {
        throw new IllegalStateException(
            "Cannot tell twice of the gradient from element %d in one pass"
                .formatted(part.start()));
      }
      told = Optional.of(part);
      listener.complete(part);
    }
  }
}
