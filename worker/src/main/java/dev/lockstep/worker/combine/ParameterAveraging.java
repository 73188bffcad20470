package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.worker.collective.FloatChunks;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.Replica;
import java.util.Optional;

/**
 * Local SGD: every lane trains a replica of its own for a period of steps, then parameters and
 * updater state of all lanes are averaged, weighted by the samples that each lane saw in the period
 * (McMahan et al., "Communication-efficient learning of deep networks from decentralized data",
 * 2017). An outer optimizer may carry on from there: {@link OuterMomentum}.
 *
 * <p>All lanes start a period from the same state, so a rank with several lanes needs one snapshot
 * of it, whatever their number.
 */
public final class ParameterAveraging implements Combiner {
  private final LaneWork work;
  private final ProcessGroup group;
  private final LaneRange lanes;
  private final Periods periods;
  private final Optional<OuterMomentum> outer;
  private final Averaged parameters;
  private final Averaged updaterState;
  private final StepListener listener;
  private final StepBoundary boundary;

  /**
   * @param outer what the mean of the parameters goes through after the warm-up, if anything
   * @param boundary is told of the end of every period
   */
  public ParameterAveraging(
      LaneWork work,
      ProcessGroup group,
      Periods periods,
      Optional<OuterMomentum> outer,
      StepListener listener,
      StepBoundary boundary) {
    this.work = work;
    this.group = group;
    this.lanes = group.lanes();
    this.periods = periods;
    this.outer = outer;
    int changes = lanes.size() - 1;
    Replica replica = work.replica();
    this.parameters = new Averaged(replica.parameters(), changes + (outer.isPresent() ? 1 : 0));
    this.updaterState = new Averaged(replica.updaterState(), changes);
    this.listener = listener;
    this.boundary = boundary;
  }

  @Override
  public void train(int epoch, int stepsDone, EpochOrder order) {
    int steps = work.steps();
    work.startEpoch(order, lanes, stepsDone, first -> periods.end(epoch, first));
    for (int first = stepsDone; first < steps; first = periods.end(epoch, first)) {
      train(epoch, new StepBlock(first, periods.end(epoch, first)), steps);
    }
    work.clock().inCompute();
  }

  private void train(int epoch, StepBlock period, int stepsAnEpoch) {
    long samples = work.samplesIn(period.first(), period.end());
    parameters.begin();
    updaterState.begin();
    for (int lane = lanes.first(); lane < lanes.end(); lane++) {
      if (lane > lanes.first()) {
        parameters.snapshot.restore();
        updaterState.snapshot.restore();
      }
      trainLane(epoch, period, lane, stepsAnEpoch);
      float weight =
          (float) ((double) work.samplesOf(lane, period.first(), period.end()) / samples);
      parameters.add(weight);
      updaterState.add(weight);
    }
    boundary.approaching(epoch, period.end());
    work.clock().inCompute();
    parameters.average(new Occasion(epoch, period.end(), "the averaging of parameters"));
    updaterState.average(new Occasion(epoch, period.end(), "the averaging of updater states"));
    work.clock().inExchange();
    if (!periods.isWarmUp(epoch, period.first())) {
      outer.ifPresent(
          momentum -> momentum.step(parameters.snapshot.floats(), parameters.live.floats()));
    }
    boundary.reached(epoch, period.end());
  }

  private void trainLane(int epoch, StepBlock period, int lane, int stepsAnEpoch) {
    Replica replica = work.replica();
    for (int step = period.first(); step < period.end(); step++) {
      replica.moveTo(Math.multiplyExact(epoch - 1, stepsAnEpoch) + step, epoch - 1);
      int samples = work.samplesAt(lane, step);
      if (samples > 0) {
        work.computeGradient(epoch, step, lane);
        replica.applyUpdate(samples);
        work.clock().inCompute();
      }
      if (lane == lanes.first()) {
        listener.stepDone(epoch, step + 1);
      }
    }
  }

  /** A buffer of the replica that is averaged over the lanes. */
  private final class Averaged {
    private final FloatChunks chunks = new FloatChunks();
    private final FloatVector live;
    private final Snapshot snapshot;
    private final LaneSums sums;
    private final ZeroVector zeros;

    /**
     * @param uses of the state at the start of a period during it
     */
    Averaged(FloatVector live, int uses) {
      this.live = live;
      this.snapshot = new Snapshot(live.floats(), uses > 0 ? live.length() : 0);
      this.sums = new LaneSums(group.tree(), lanes, live.length());
      this.zeros = new ZeroVector(live.length());
    }

    void begin() {
      sums.clear();
      snapshot.take();
    }

    void add(float weight) {
      if (weight == 0) {
        sums.add(zeros.vector());
        return;
      }
      if (weight != 1) {
        chunks.scale(live.floats(), weight);
      }
      sums.add(live);
    }

    void average(Occasion occasion) {
      if (live.length() > 0) {
        group.allReduce(sums, live, occasion);
      }
    }
  }
}
