package dev.lockstep.worker.model;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.compute.ComputePaths;
import dev.lockstep.worker.network.GradientListener;
import dev.lockstep.worker.network.ModelMemory;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.network.NetworkTrainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network taken apart into the two halves of a step: gradient and update. Between them the
 * gradient can be combined with others in place, since gradient, parameters and updater state are
 * handed out as the memory that DL4J itself works on.
 *
 * <p>With nothing in between, a step gives the very bits of DL4J's {@code fit}. A replica belongs
 * to the thread that made it.
 */
public final class Replica implements AutoCloseable {
  private final Network network;
  private final NetworkTrainer trainer;
  private final FloatVector gradient;
  private final FloatVector parameters;
  private final FloatVector updaterState;
  private final GradientLayout layout;

  /**
   * Builds the network with the initial parameters that its configuration's seed gives.
   *
   * @param configuration a MultiLayerConfiguration or ComputationGraphConfiguration as JSON
   * @param compute by which path each layer is computed
   */
  public Replica(String configuration, ComputePlan compute) {
    this(NetworkConfiguration.ofJson(configuration).network(), compute);
  }

  /**
   * Builds the network on the memory of another replica of the same configuration: what one does to
   * parameters and state of the optimizer the other sees.
   */
  public Replica(String configuration, ComputePlan compute, ModelMemory memory) {
    this(NetworkConfiguration.ofJson(configuration).network(memory), compute);
  }

  private Replica(Network network, ComputePlan compute) {
    this.network = network;
    trainer = ComputePaths.trainer(network, compute);
    gradient = memoryOf(trainer.gradient());
    parameters = memoryOf(network.parameters());
    updaterState =
        network.updaterState().map(Replica::memoryOf).orElseGet(() -> FloatVector.allocate(0));
    layout = new GradientLayout(gradient.length(), trainer.layers(), trainer.statistics());
  }

  /** The network itself, for evaluation and for saving. */
  public Network network() {
    return network;
  }

  /** Where parameters and state of the optimizer lie. */
  public ModelMemory memory() {
    return new ModelMemory(network.parameters(), network.updaterState());
  }

  /** The gradient of the last microbatch: a sum over its samples. */
  public FloatVector gradient() {
    return gradient;
  }

  /** What lies where in the gradient. */
  public GradientLayout layout() {
    return layout;
  }

  public FloatVector parameters() {
    return parameters;
  }

  /** State of the optimizer, such as moments; empty where it has none. */
  public FloatVector updaterState() {
    return updaterState;
  }

  /**
   * Forward and backward pass.
   *
   * @param randomKey seed of all that is random in the pass, such as dropout
   * @return the loss of the microbatch, summed over its samples, as the optimizer sees it
   */
  public double computeGradient(ReplicaBatch batch, long randomKey) {
    Nd4j.getRandom().setSeed(randomKey);
    return trainer.computeGradient(batch.inputs(), batch.targets());
  }

  /**
   * As {@link #computeGradient(ReplicaBatch, long)}, with the same bits.
   *
   * @param listener hears of each part of the gradient as soon as it is complete
   */
  public double computeGradient(ReplicaBatch batch, long randomKey, GradientListener listener) {
    Nd4j.getRandom().setSeed(randomKey);
    return trainer.computeGradient(batch.inputs(), batch.targets(), listener);
  }

  /**
   * Weighs what a layer such as batch normalisation passes along with the gradient to move its
   * running statistics: unlike a gradient, that is not a sum over samples.
   *
   * @param weight share of the microbatch in the global batch
   * @param layers neighbours whose statistics are weighed
   */
  public void weighStatistics(float weight, Span layers) {
    for (Span statistic : layout.statistics()) {
      if (layers.contains(statistic)) {
        weigh(weight, statistic);
      }
    }
  }

  private void weigh(float weight, Span span) {
    for (int i = span.start(); i < span.end(); i++) {
      gradient.floats().put(i, gradient.floats().get(i) * weight);
    }
  }

  /**
   * By what {@link #applyUpdate} divides the gradient.
   *
   * @param samples over which it was summed
   */
  public int divisor(int samples) {
    return trainer.divisor(samples);
  }

  /**
   * Applies the gradient to the parameters and counts the iteration.
   *
   * @param samples over which the gradient was summed
   */
  public void applyUpdate(int samples) {
    trainer.applyUpdate(samples);
  }

  /** Whether some parameters can be updated without the others. */
  public boolean takesParts() {
    return trainer.takesParts();
  }

  /**
   * Applies a part of the gradient to its parameters and counts the iteration.
   *
   * @param samples over which the gradient was summed
   */
  public void applyUpdate(int samples, Span part) {
    trainer.applyUpdate(samples, part);
  }

  /** The parts of the updater state that move with the parameters of a part. */
  public List<Span> stateOf(Span part) {
    return trainer.stateOf(part);
  }

  /** Sets the counters that schedules depend on. */
  public void moveTo(int iteration, int epoch) {
    trainer.moveTo(iteration, epoch);
  }

  /**
   * Goes on from another state of the same network.
   *
   * @throws LockstepException of kind CONFIG where the lengths are not the network's
   */
  public void restore(float[] newParameters, float[] newUpdaterState) {
    copy("parameters", newParameters, parameters);
    copy("values of updater state", newUpdaterState, updaterState);
  }

  /** Takes over the parameters of another training of the same network, but nothing else. */
  public void restore(float[] newParameters) {
    copy("parameters", newParameters, parameters);
  }

  private static void copy(String what, float[] values, FloatVector target) {
    if (values.length != target.length()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot go on from a state of %,d %s: the network has %,d (it is another network)"
              .formatted(values.length, what, target.length()));
    }
    target.floats().put(0, values);
  }

  /** Whether no parameter is NaN or infinite. */
  public boolean hasFiniteParameters() {
    for (int i = 0; i < parameters.length(); i++) {
      if (!Float.isFinite(parameters.floats().get(i))) {
        return false;
      }
    }
    return true;
  }

  /** SHA-256 of the parameters as little-endian float32. */
  public String parametersSha256() {
    return sha256(parameters);
  }

  /** SHA-256 of the gradient as little-endian float32. */
  public String gradientSha256() {
    return sha256(gradient);
  }

  private static String sha256(FloatVector vector) {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    Sha256 digest = new Sha256();
    for (int i = 0; i < vector.length(); i++) {
      bytes.putInt(Float.floatToIntBits(vector.floats().get(i))); // all NaN are one
      if (!bytes.hasRemaining() || i == vector.length() - 1) {
        digest.add(bytes.flip());
        bytes.clear();
      }
    }
    return digest.hex();
  }

  /**
   * Frees the scratch memory that ND4J keeps for this thread; one by one, since ND4J's method for
   * all of them collects the garbage of the whole JVM too.
   */
  @Override
  public void close() {
    MemoryWorkspaceManager manager = Nd4j.getWorkspaceManager();
    manager.getAllWorkspacesForCurrentThread().forEach(manager::destroyWorkspace);
  }

  private static FloatVector memoryOf(INDArray flat) {
    if (flat.offset() != 0) {
      throw new IllegalStateException("Cannot share an array's memory: it is a view at an offset");
    }
    return FloatVector.over(flat.data().asNio());
  }
}
