package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Slices;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.model.Replica;

/**
 * Every rank applies the update to its slice and gives the others the new parameters (Rajbhandari
 * et al., "ZeRO: Memory optimizations toward training trillion parameter models", 2020, stage 1).
 * An update sees each element by itself, so the bits are those of {@link WholeUpdate}. The state of
 * the other slices grows stale until {@link #gatherState}.
 */
public final class ShardedUpdate implements StepUpdate {
  /** Fewer parameters a rank are not worth a second exchange. */
  private static final int LEAST_SLICE = 1024;

  private final Replica replica;
  private final ProcessGroup group;
  private final Slices slices;
  private final Span own;

  /**
   * @param replica that {@link #suits}
   */
  public ShardedUpdate(Replica replica, ProcessGroup group) {
    this.replica = replica;
    this.group = group;
    this.slices = new Slices(replica.parameters().length(), group.size());
    this.own = slices.of(group.rank());
  }

  /** Whether a group has something to share, and the replica's update can be. */
  public static boolean suits(Replica replica, ProcessGroup group) {
    return group.size() > 1
        && replica.parameters().length() / group.size() >= LEAST_SLICE
        && replica.takesParts();
  }

  @Override
  public Share share() {
    return Share.SLICE;
  }

  @Override
  public void apply(int samples, StepClock clock, Occasion occasion) {
    replica.applyUpdate(samples, own);
    clock.inCompute();
    group.allGather(replica.parameters(), occasion);
    clock.inExchange();
  }

  @Override
  public void gatherState(Occasion occasion) {
    for (int rank = 0; rank < group.size(); rank++) {
      for (Span part : replica.stateOf(slices.of(rank))) {
        FloatVector state = replica.updaterState().slice(part.start(), part.length());
        group.broadcast(state, rank, occasion);
      }
    }
  }
}
