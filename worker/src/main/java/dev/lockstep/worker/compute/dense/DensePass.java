package dev.lockstep.worker.compute.dense;

import dev.lockstep.worker.network.GradientListener;
import dev.lockstep.worker.network.GradientPass;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Forward and backward pass of a stack of dense layers. Between batches of one size it allocates
 * nothing, neither on the heap nor off it, where activations and loss are those that it computes
 * without DL4J: identity, ReLU, and softmax with multi-class cross entropy.
 */
public final class DensePass implements GradientPass {
  private final MultiLayerNetwork network;
  private final DenseStack stack;
  private final FlatVectors vectors;
  private final Heap heap = new Heap();
  private final List<DenseStage> stages = new ArrayList<>();
  private final List<HiddenActivation> activations = new ArrayList<>();
  private final LossHead head;
  private final int widest;
  private DenseBatch batch;

  /**
   * @param network whose gradient view exists
   * @param stack that the network is
   */
  public DensePass(MultiLayerNetwork network, DenseStack stack) {
    this.network = network;
    this.stack = stack;
    this.vectors = new FlatVectors(network.params(), network.getFlattenedGradients());
    this.widest = stack.layers().stream().mapToInt(DenseSpec::units).max().orElseThrow();
    this.head = LossHead.of(stack.output());
    this.batch = DenseBatch.allocate(stack.layers(), 1);
    for (DenseSpec spec : stack.layers()) {
      stages.add(new DenseStage(spec, vectors, heap));
    }
    for (DenseSpec spec : stack.layers().subList(0, last())) {
      activations.add(HiddenActivation.of(spec.activation()));
    }
  }

  @Override
  public double run(INDArray[] inputs, INDArray[] targets, GradientListener listener) {
    makeReady(Math.toIntExact(inputs[0].size(0)));
    FloatPointer input = pointer(inputs[0]);
    try {
      double loss = forward(input, targets[0]);
      for (int layer = last(); layer >= 0; layer--) {
        backward(layer, input, listener);
      }
      return loss + penalty();
    } finally {
      // A pointer does not keep the memory of its array.
      Reference.reachabilityFence(inputs);
      Reference.reachabilityFence(targets);
    }
  }

  private double forward(FloatPointer input, INDArray targets) {
    int samples = batch.samples();
    for (int layer = 0; layer < last(); layer++) {
      StageMemory memory = batch.memories().get(layer);
      DenseStage stage = stages.get(layer);
      stage.preOutput(inputOf(layer, input), memory.output(), samples);
      activations.get(layer).forward(heap.rows(), samples * stage.spec().units(), memory);
    }
    StageMemory memory = batch.memories().get(last());
    stages.get(last()).preOutput(inputOf(last(), input), memory.output(), samples);
    return head.run(targets, heap.rows(), memory);
  }

  /** The gradient of the features is nobody's wish, so the first layer does without. */
  private void backward(int layer, FloatPointer input, GradientListener listener) {
    int samples = batch.samples();
    DenseStage stage = stages.get(layer);
    StageMemory memory = batch.memories().get(layer);
    if (layer < last()) {
      activations.get(layer).backward(samples * stage.spec().units(), memory);
    }
    stage.gradient(inputOf(layer, input), memory.delta(), samples);
    listener.complete(stage.part());
    if (layer > 0) {
      stage.backward(memory.delta(), batch.memories().get(layer - 1).delta(), samples);
    }
  }

  private FloatPointer inputOf(int layer, FloatPointer input) {
    return layer == 0 ? input : batch.memories().get(layer - 1).output().pointer();
  }

  /** What regularisation adds to the loss, for each sample where the loss is a mean over them. */
  private double penalty() {
    if (!stack.regularised()) {
      return 0;
    }
    double score = network.calcRegularizationScore(true);
    return network.conf().isMiniBatch() ? score * batch.samples() : score;
  }

  private void makeReady(int samples) {
    if (batch.samples() != samples) {
      batch = DenseBatch.allocate(stack.layers(), samples);
    }
    heap.reserve(samples * widest);
  }

  private static FloatPointer pointer(INDArray input) {
    boolean rowAfterRow = input.size(0) == 1 || input.stride(0) == input.size(1);
    boolean inARow = input.size(1) == 1 || input.stride(1) == 1;
    if (input.offset() != 0 || !rowAfterRow || !inARow) {
      throw new IllegalArgumentException("Invalid input: not an array of its own, row after row");
    }
    return (FloatPointer) input.data().pointer();
  }

  private int last() {
    return stages.size() - 1;
  }
}
