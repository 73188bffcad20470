package dev.lockstep.worker.network;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;

/**
 * Where a network has a layer.
 *
 * @param name of the layer in the network; its place where it is in a stack
 * @param feed where its input comes from
 * @param layer that is there
 * @param put replaces it
 */
public record LayerSlot(String name, Feed feed, Supplier<Layer> layer, Consumer<Layer> put) {
  /** Where a layer's input comes from. */
  public enum Feed {
    /** The features themselves: nobody asks for the gradient of this input. */
    FEATURES,
    /**
     * The features by way of a preprocessor, or together with other layers: some array is wanted
     * for a gradient, whatever it holds.
     */
    PREPROCESSED_FEATURES,
    /** Another layer. */
    LAYER
  }
}
