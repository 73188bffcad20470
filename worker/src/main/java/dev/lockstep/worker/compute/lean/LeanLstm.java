package dev.lockstep.worker.compute.lean;

import dev.lockstep.worker.network.LayerSlot.Feed;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's LSTM with a few matrix products and loops a time step, where DL4J calls dozens of
 * operations on views, and with one forward pass a step, where DL4J repeats it on the way back.
 *
 * <p>Sequences that go on from a state, that are masked or that are not trained on are DL4J's.
 */
final class LeanLstm extends LSTM {
  private static final long serialVersionUID = 1L;

  private final Feed feed;
  private transient LstmCell cell;

  /** What the last forward pass has left, until it is taken back. */
  private transient LstmPass kept;

  /** The input of that pass, as it came. */
  private transient INDArray keptInput;

  LeanLstm(NeuralNetConfiguration configuration, DataType type, Feed feed) {
    super(configuration, type);
    this.feed = feed;
  }

  /** Why an LSTM is left to DL4J; empty where it need not be. */
  static Optional<String> obstacle(org.deeplearning4j.nn.conf.layers.LSTM layer) {
    if (Squash.of(layer.getActivationFn()).isEmpty()
        || Squash.of(layer.getGateActivationFn()).isEmpty()) {
      return Optional.of("it has other activation functions than tanh and sigmoid");
    }
    return layer.getRnnDataFormat() == RNNFormat.NWC
        ? Optional.of("its sequences have the features last")
        : Optional.empty();
  }

  @Override
  public INDArray activate(INDArray newInput, boolean training, LayerWorkspaceMgr workspaces) {
    setInput(newInput, workspaces);
    return activate(training, workspaces);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    kept = null;
    if (!training || !isPlain(input)) {
      return super.activate(training, workspaces);
    }
    LstmPass pass = begin(workspaces);
    pass.forward(LstmWeights.of(paramTable()));
    kept = pass;
    keptInput = input;
    return pass.outputs().array();
  }

  /** Whether there is nothing about the input that is left to DL4J, which also names its faults. */
  private boolean isPlain(INDArray sequences) {
    return maskArray == null
        && helper == null
        && sequences != null
        && sequences.rank() == 3
        && sequences.dataType() == DataType.FLOAT
        && sequences.length() > 0
        && sequences.size(1) == layerConf().getNIn()
        && largest(sequences) * Float.BYTES <= Integer.MAX_VALUE;
  }

  /** Elements of the largest array of a pass, which Java sees as a buffer. */
  private long largest(INDArray sequences) {
    return sequences.size(0) * sequences.size(2) * Math.max(sequences.size(1), 4 * units());
  }

  private LstmPass begin(LayerWorkspaceMgr workspaces) {
    return new LstmPass(
        cell(Math.toIntExact(input.size(0))),
        TimeSteps.of(ArrayType.ACTIVATIONS, input, workspaces),
        room(ArrayType.ACTIVATIONS, 4 * units(), workspaces),
        room(ArrayType.ACTIVATIONS, units(), workspaces),
        room(ArrayType.ACTIVATIONS, units(), workspaces));
  }

  private LstmCell cell(int samples) {
    if (cell == null || cell.samples() != samples) {
      Squash squash = Squash.of(layerConf().getActivationFn()).orElseThrow();
      Squash gate = Squash.of(layerConf().getGateActivationFn()).orElseThrow();
      cell = new LstmCell(squash, gate, samples, Math.toIntExact(units()));
    }
    return cell;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    LstmPass pass = kept;
    kept = null;
    if (pass == null || keptInput != input || maskArray != null || epsilon.rank() != 3) {
      return super.backpropGradient(epsilon, workspaces);
    }
    Optional<TimeSteps> inputGradient = inputGradient(workspaces);
    if (input.size(2) == 1) {
      gradientViews.get(LSTMParamInitializer.RECURRENT_WEIGHT_KEY).assign(0);
    }
    pass.backward(
        LstmWeights.of(paramTable()),
        LstmWeights.of(gradientViews),
        TimeSteps.of(ArrayType.BP_WORKING_MEM, epsilon, workspaces),
        room(ArrayType.BP_WORKING_MEM, units(), workspaces),
        inputGradient);
    return new Pair<>(
        named(),
        inputGradient.isPresent()
            ? inputGradient.get().array()
            : Unasked.gradient(feed, input, workspaces));
  }

  private Optional<TimeSteps> inputGradient(LayerWorkspaceMgr workspaces) {
    return feed == Feed.LAYER
        ? Optional.of(room(ArrayType.ACTIVATION_GRAD, input.size(1), workspaces))
        : Optional.empty();
  }

  private Gradient named() {
    Gradient gradient = new DefaultGradient();
    gradientViews.forEach(gradient.gradientForVariable()::put);
    return gradient;
  }

  @Override
  public void clear() {
    super.clear();
    kept = null;
    keptInput = null;
  }

  /** Time steps to be filled, as many as the input's. */
  private TimeSteps room(ArrayType type, long rows, LayerWorkspaceMgr workspaces) {
    return TimeSteps.room(type, input.size(0), rows, input.size(2), workspaces);
  }

  private long units() {
    return layerConf().getNOut();
  }
}
