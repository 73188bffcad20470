package dev.lockstep.worker.compute;

import dev.lockstep.common.run.ComputePath;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.worker.compute.dense.DensePass;
import dev.lockstep.worker.compute.dense.DenseStack;
import dev.lockstep.worker.compute.lean.LeanLayers;
import dev.lockstep.worker.network.LayerSlot;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkTrainer;
import dev.lockstep.worker.network.StackNetwork;
import dev.lockstep.worker.network.Updating;

/** Puts networks on the paths of a plan. */
public final class ComputePaths {
  private ComputePaths() {}

  /**
   * The halves of a network's step, computed as planned; the network is that trainer's from here
   * on.
   */
  public static NetworkTrainer trainer(Network network, ComputePlan plan) {
    network.makeGradient();
    if (plan.allDirect() && network instanceof StackNetwork stack) {
      DensePass pass = new DensePass(stack.dl4j(), DenseStack.of(stack.dl4j()));
      return stack.trainer(Updating.SWEPT, pass);
    }
    for (LayerSlot slot : network.slots()) {
      if (plan.pathOf(slot.name()) != ComputePath.DL4J) {
        LeanLayers.exchange(slot);
      }
    }
    return network.trainer(
        switch (plan.wanted()) {
          case DL4J -> Updating.DL4J;
          case AUTO -> Updating.SWEPT;
        });
  }
}
