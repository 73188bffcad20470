package dev.lockstep.worker.compute.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Percentage.withPercentage;

import com.sun.management.ThreadMXBean;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.compute.dense.RandomStacks.Stack;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.network.NetworkTrainer;
import dev.lockstep.worker.network.StackConfiguration;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.network.Updating;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(120)
class DensePassTest {
  private static final long SEED = 20261121;
  private static final int STACKS = 25;
  private static final int STEPS = 4;

  @BeforeAll
  static void useOneThread() {
    NativeThreads.useOnePerOperation();
  }

  static List<IUpdater> updaters() {
    return List.of(
        new Sgd(0.05),
        new Nesterovs(0.02, 0.9),
        new Adam(0.01),
        new RmsProp(0.01),
        new AdaGrad(0.05));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void trainsRandomStacksWithTheVeryBitsOfDl4j(IUpdater updater) {
    Random random = new Random(SEED);
    RandomStacks stacks = new RandomStacks(random);
    for (int i = 0; i < STACKS; i++) {
      Stack stack = stacks.next(updater);
      int samples = 1 + random.nextInt(40);
      assertSameBits(stack, random, samples, "seed %d, stack %d".formatted(SEED, i));
    }
  }

  private static void assertSameBits(Stack stack, Random random, int samples, String which) {
    StackNetwork plain = network(stack.configuration().clone());
    StackNetwork direct = network(stack.configuration().clone());
    assertThat(DenseStack.obstacle(direct.dl4j())).as(which).isEmpty();
    NetworkTrainer stock = plain.trainer(Updating.DL4J);
    NetworkTrainer trainer = direct.trainer(Updating.SWEPT, pass(direct));
    for (int step = 0; step < STEPS; step++) {
      int size = step == 2 ? Math.max(1, samples - 3) : samples; // the last batch of an epoch
      INDArray[] features = stack.features(random, size);
      INDArray[] targets = stack.targets(random, size);
      double loss = stock.computeGradient(features, targets);
      assertThat(trainer.computeGradient(features, targets))
          .as(which)
          .isCloseTo(loss, withPercentage(1e-3));
      assertThat(trainer.gradient().toFloatVector())
          .as("gradient of %s", which)
          .isEqualTo(stock.gradient().toFloatVector());
      stock.applyUpdate(size);
      trainer.applyUpdate(size);
      assertThat(direct.parameters().toFloatVector())
          .as("parameters of %s", which)
          .isEqualTo(plain.parameters().toFloatVector());
    }
  }

  @ParameterizedTest
  @EnumSource
  void hasTheBitsOfDl4jWithPenaltiesAndClipping(GradientNormalization kind) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(0.01))
            .l2(0.01)
            .gradientNormalization(kind)
            .gradientNormalizationThreshold(0.5)
            .list()
            .layer(new DenseLayer.Builder().nIn(5).nOut(7).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nIn(7)
                    .nOut(3)
                    .build())
            .build();

    assertSameBits(new Stack(configuration, 5, 3), new Random(SEED), 9, "seed " + SEED);
  }

  @Test
  void tellsOfEveryLayerOnceLastLayerFirst() {
    StackNetwork network = network(mlp());
    List<Span> told = new ArrayList<>();
    NetworkTrainer trainer = network.trainer(Updating.SWEPT, pass(network));

    trainer.computeGradient(features(), targets(), told::add);

    assertThat(told)
        .containsExactly(
            new Span(784 * 64 + 64 + 64 * 32 + 32, 784 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10),
            new Span(784 * 64 + 64, 784 * 64 + 64 + 64 * 32 + 32),
            new Span(0, 784 * 64 + 64));
  }

  @Test
  void allocatesNothingOnTheHeapOrOffItOnceItIsWarm() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    StackNetwork network = network(mlp());
    NetworkTrainer trainer = network.trainer(Updating.SWEPT, pass(network));
    INDArray[] features = features();
    INDArray[] targets = targets();
    run(trainer, features, targets, 1_000);
    long thread = Thread.currentThread().getId();
    long offHeap = Pointer.totalBytes();

    LongSupplier ofManySteps =
        () -> {
          long before = threads.getThreadAllocatedBytes(thread);
          run(trainer, features, targets, 500);
          return threads.getThreadAllocatedBytes(thread) - before;
        };

    // the JIT compiler takes its time; what a step allocates after that, every round would show
    assertThat(LongStream.generate(ofManySteps).limit(200).filter(bytes -> bytes == 0).findFirst())
        .as("bytes of heap of some round")
        .hasValue(0);
    assertThat(Pointer.totalBytes()).as("bytes off heap").isEqualTo(offHeap);
  }

  @Test
  void refusesFeaturesThatAreAPartOfSomethingElse() {
    StackNetwork network = network(mlp());
    NetworkTrainer trainer = network.trainer(Updating.SWEPT, pass(network));
    INDArray[] part = {Nd4j.rand(20, 784).get(NDArrayIndex.interval(4, 20))};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.computeGradient(part, targets()))
        .withMessage("Invalid input: not an array of its own, row after row");
  }

  private static void run(
      NetworkTrainer trainer, INDArray[] features, INDArray[] targets, int steps) {
    for (int step = 0; step < steps; step++) {
      trainer.computeGradient(features, targets);
      trainer.applyUpdate(16);
    }
  }

  private static INDArray[] features() {
    return new INDArray[] {Nd4j.rand(16, 784)};
  }

  private static INDArray[] targets() {
    INDArray targets = Nd4j.zeros(16, 10);
    for (int row = 0; row < 16; row++) {
      targets.putScalar(row, row % 10, 1);
    }
    return new INDArray[] {targets};
  }

  private static MultiLayerConfiguration mlp() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(0.001))
        .activation(Activation.RELU)
        .list()
        .layer(new DenseLayer.Builder().nIn(784).nOut(64).build())
        .layer(new DenseLayer.Builder().nIn(64).nOut(32).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(32)
                .nOut(10)
                .build())
        .build();
  }

  private static StackNetwork network(MultiLayerConfiguration configuration) {
    return (StackNetwork) new StackConfiguration(configuration).network();
  }

  private static DensePass pass(StackNetwork network) {
    MultiLayerNetwork dl4j = network.dl4j();
    network.makeGradient();
    return new DensePass(dl4j, DenseStack.of(dl4j));
  }
}
