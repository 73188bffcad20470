package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.Replica;
import java.util.Optional;

/**
 * How all lanes become one again: parameters and updater state become their weighted mean, the
 * outer optimizer carries on from there, and the boundary is told.
 */
final class Reunion {
  private final LaneWork work;
  private final ProcessGroup group;
  private final Periods periods;
  private final Optional<OuterMomentum> outer;
  private final StepBoundary boundary;
  private final Averaged parameters;
  private final Averaged updaterState;

  /**
   * @param returns how often a period goes back to its start, at most
   */
  Reunion(
      LaneWork work,
      ProcessGroup group,
      Periods periods,
      Optional<OuterMomentum> outer,
      StepBoundary boundary,
      int returns) {
    this.work = work;
    this.group = group;
    this.periods = periods;
    this.outer = outer;
    this.boundary = boundary;
    Replica replica = work.replica();
    this.parameters = new Averaged(replica.parameters(), returns + (outer.isPresent() ? 1 : 0));
    this.updaterState = new Averaged(replica.updaterState(), returns);
  }

  /** All lanes stand where the replica stands. */
  void begin() {
    parameters.begin();
    updaterState.begin();
  }

  /** Puts the replica back to where all lanes stood. */
  void restore() {
    parameters.start.restore();
    updaterState.start.restore();
  }

  /** Adds the lane that the replica has trained, which is lost by that. */
  void add(float weight) {
    parameters.mean.add(parameters.live, weight);
    updaterState.mean.add(updaterState.live, weight);
  }

  /** Leaves the new state of all lanes in the replica. */
  void end(int epoch, StepBlock steps) {
    boundary.approaching(epoch, steps.end());
    work.clock().inCompute();
    parameters.average(new Occasion(epoch, steps.end(), "the averaging of parameters"));
    updaterState.average(new Occasion(epoch, steps.end(), "the averaging of updater states"));
    work.clock().inExchange();
    if (!periods.isWarmUp(epoch, steps.first())) {
      outer.ifPresent(
          momentum -> momentum.step(parameters.start.floats(), parameters.live.floats()));
    }
    boundary.reached(epoch, steps.end());
  }

  /** A buffer of the replica that is averaged over the lanes. */
  private final class Averaged {
    private final FloatVector live;
    private final Snapshot start;
    private final LaneMean mean;

    /**
     * @param uses of the state at the start
     */
    Averaged(FloatVector live, int uses) {
      this.live = live;
      this.start = new Snapshot(live.floats(), uses > 0 ? live.length() : 0);
      this.mean = new LaneMean(group.tree(), group.lanes(), live.length());
    }

    void begin() {
      mean.clear();
      start.take();
    }

    void average(Occasion occasion) {
      if (live.length() > 0) {
        group.allReduce(mean.sums(), live, occasion);
      }
    }
  }
}
