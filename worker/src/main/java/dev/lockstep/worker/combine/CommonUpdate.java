package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.CommonNodes;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Slices;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.model.Replica;
import java.util.Optional;

/**
 * All ranks see the same memory and have one model in common, of which each moves its slice. An
 * update sees each element by itself, so the bits are those of {@link WholeUpdate}.
 *
 * <p>Who computes only reads the model. Nobody moves it before all have brought their gradients to
 * the exchange, and nobody reads it again before all have moved their slices.
 */
public final class CommonUpdate implements StepUpdate {
  private final Replica replica;
  private final ProcessGroup group;
  private final Optional<CommonNodes> commonNodes;
  private final Span own;

  /**
   * @param replica whose model all ranks of the group have in common
   * @param commonNodes of vectors as long as the gradient, where the ranks are in several JVMs
   */
  public CommonUpdate(Replica replica, ProcessGroup group, Optional<CommonNodes> commonNodes) {
    this.replica = replica;
    this.group = group;
    this.commonNodes = commonNodes;
    this.own = new Slices(replica.parameters().length(), group.size()).of(group.rank());
  }

  @Override
  public Share share() {
    return Share.SLICE_AHEAD;
  }

  @Override
  public Optional<CommonNodes> commonNodes() {
    return commonNodes;
  }

  @Override
  public void apply(int samples, StepClock clock, Occasion occasion) {
    replica.applyUpdate(samples, own);
    clock.inCompute();
    group.barrier(occasion);
    clock.inExchange();
  }

  @Override
  public void gatherState(Occasion occasion) {}
}
