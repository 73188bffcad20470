package dev.lockstep.worker.network;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network with its parameters, as those see it who train, evaluate, save or predict. One thread
 * at a time.
 *
 * <p>A graph may have several outputs: all of them are trained, the first one is evaluated and
 * predicted with.
 */
public sealed interface Network permits StackNetwork, GraphNetwork {
  NetworkConfiguration configuration();

  /** DL4J's own network, for its serialiser. */
  Model dl4j();

  /** Names of the inputs in order; a stack has one, called {@code input}. */
  List<String> inputs();

  /** Units of each output in order. */
  List<Integer> outputUnits();

  /** The flat parameters, [parameters], in the memory that the network works on. */
  INDArray parameters();

  /** State of the optimizer, such as moments; empty where it has none. */
  Optional<INDArray> updaterState();

  /** Copies a state of the optimizer into the network's own. */
  void setUpdaterState(INDArray state);

  /**
   * What the first output puts out in inference mode, [samples, units].
   *
   * @param inputs an array for each input, [samples, ...]
   */
  INDArray output(INDArray... inputs);

  /**
   * Outputs and losses of the first output in inference mode, without L1, L2 or weight decay;
   * parameters, updater and counters stay as they are. The layers before the output run once, the
   * output once for the loss and once for its activations.
   *
   * @param inputs an array for each input, [samples, ...], left unchanged
   * @param targets [samples, units] as the loss function compares them with the outputs
   */
  Scored score(INDArray[] inputs, INDArray targets);

  /** Makes the flat gradient, which exchanged layers and other passes work on, if there is none. */
  void makeGradient();

  /** Where its layers are, in the order of the network; an exchange holds from then on. */
  List<LayerSlot> slots();

  /**
   * The network taken apart into the halves of a step; replaces its updater by another one, whose
   * state is that of the {@link ModelMemory} it was made of, or a fresh one.
   */
  NetworkTrainer trainer(Updating updating);

  /**
   * A batch of which every sample was scored.
   *
   * @param outputs [samples, units]
   * @param losses [samples, 1]
   */
  record Scored(INDArray outputs, INDArray losses) {}
}
