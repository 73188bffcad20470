package dev.lockstep.worker.compute;

import dev.lockstep.common.config.Compute;
import dev.lockstep.common.run.ComputePath;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.run.LayerCompute;
import dev.lockstep.worker.compute.Agreement.Apart;
import dev.lockstep.worker.compute.Agreement.Close;
import dev.lockstep.worker.compute.Agreement.Same;
import dev.lockstep.worker.compute.dense.DensePass;
import dev.lockstep.worker.compute.dense.DenseStack;
import dev.lockstep.worker.compute.lean.LeanLayers;
import dev.lockstep.worker.network.LayerSlot;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkTrainer;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.network.Updating;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses by which path each layer of a network is computed: tries those there are on a batch of
 * its data, and takes the cheapest whose gradient agrees with DL4J's.
 */
public final class ComputeChooser {
  private static final Logger LOG = LoggerFactory.getLogger(ComputeChooser.class);
  private static final long RANDOM_KEY = 1;

  private final Network network;
  private final INDArray[] inputs;
  private final INDArray[] targets;
  private final NetworkTrainer stock;
  private final float[] reference;

  private ComputeChooser(Network network, INDArray[] inputs, INDArray[] targets) {
    this.network = network;
    this.inputs = inputs;
    this.targets = targets;
    this.stock = network.trainer(Updating.DL4J);
    this.reference = gradient(stock);
  }

  /**
   * The plan of a network, which is of no other use afterwards.
   *
   * @param inputs of a batch, an array for each input
   * @param targets of the batch, an array for each output
   */
  public static ComputePlan choose(Network network, INDArray[] inputs, INDArray[] targets) {
    return new ComputeChooser(network, inputs, targets).choose();
  }

  /** The plan of a network that is wanted as DL4J computes it. */
  public static ComputePlan stock(Network network) {
    return new ComputePlan(
        Compute.DL4J, all(network, ComputePath.DL4J, "training.compute is dl4j"), Optional.empty());
  }

  private static List<LayerCompute> all(Network network, ComputePath path, String reason) {
    return network.slots().stream().map(slot -> entry(slot, path, reason)).toList();
  }

  private ComputePlan choose() {
    Optional<String> obstacle = obstacleToDirect();
    if (obstacle.isEmpty()) {
      return new ComputePlan(
          Compute.AUTO, all(network, ComputePath.DIRECT, "same bits as DL4J"), obstacle);
    }
    List<LayerCompute> layers = new ArrayList<>();
    for (LayerSlot slot : network.slots()) {
      layers.add(tryLean(slot));
    }
    return new ComputePlan(Compute.AUTO, layers, obstacle);
  }

  /** Why the network does not go the direct path; empty where it can. */
  private Optional<String> obstacleToDirect() {
    if (!(network instanceof StackNetwork stack)) {
      return Optional.of("it is a graph");
    }
    Optional<String> obstacle = DenseStack.obstacle(stack.dl4j());
    if (obstacle.isPresent()) {
      return obstacle;
    }
    try {
      DensePass pass = new DensePass(stack.dl4j(), DenseStack.of(stack.dl4j()));
      Agreement agreement = agreement(stack.trainer(Updating.SWEPT, pass));
      return agreement instanceof Same ? Optional.empty() : Optional.of(text(agreement));
    } catch (RuntimeException e) {
      return Optional.of(failure(e));
    }
  }

  /** The layer stays exchanged only while it is tried. */
  private LayerCompute tryLean(LayerSlot slot) {
    Layer before = slot.layer().get();
    Optional<String> obstacle = LeanLayers.obstacle(slot);
    if (obstacle.isPresent()) {
      return entry(slot, ComputePath.DL4J, obstacle.get());
    }
    ComputePath path = LeanLayers.exchange(slot);
    try {
      Agreement agreement = agreement(stock);
      boolean taken = !(agreement instanceof Apart);
      return entry(slot, taken ? path : ComputePath.DL4J, text(agreement));
    } catch (RuntimeException e) {
      return entry(slot, ComputePath.DL4J, failure(e));
    } finally {
      slot.put().accept(before);
    }
  }

  private Agreement agreement(NetworkTrainer trainer) {
    return Agreement.of(gradient(trainer), reference);
  }

  private float[] gradient(NetworkTrainer trainer) {
    Nd4j.getRandom().setSeed(RANDOM_KEY);
    trainer.computeGradient(inputs, targets);
    return trainer.gradient().toFloatVector();
  }

  private static String text(Agreement agreement) {
    if (agreement instanceof Close close) {
      return "gradient within %.0e of DL4J's largest".formatted(close.most());
    }
    return agreement instanceof Apart apart
        ? "gradient is off DL4J's by %.0e of the largest".formatted(apart.most())
        : "same bits as DL4J";
  }

  private static String failure(RuntimeException e) {
    LOG.warn("Cannot compute by another path than DL4J's", e);
    return "the other path fails: " + e;
  }

  private static LayerCompute entry(LayerSlot slot, ComputePath path, String reason) {
    String kind = slot.layer().get().conf().getLayer().getClass().getSimpleName();
    return new LayerCompute(slot.name(), kind, path, reason);
  }
}
