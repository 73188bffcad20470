package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.ProcessGroup;
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
  private final LaneRange lanes;
  private final Periods periods;
  private final LocalSteps local;
  private final Reunion reunion;

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
    this.lanes = group.lanes();
    this.periods = periods;
    this.local = new LocalSteps(work, lanes, listener);
    this.reunion = new Reunion(work, group, periods, outer, boundary, lanes.size() - 1);
  }

  @Override
  public void train(int epoch, int stepsDone, EpochOrder order) {
    int steps = work.steps();
    work.startEpoch(order, lanes, stepsDone, first -> periods.end(epoch, first));
    for (int first = stepsDone; first < steps; first = periods.end(epoch, first)) {
      train(epoch, new StepBlock(first, periods.end(epoch, first)));
    }
    work.clock().inCompute();
  }

  private void train(int epoch, StepBlock period) {
    reunion.begin();
    for (int lane = lanes.first(); lane < lanes.end(); lane++) {
      if (lane > lanes.first()) {
        reunion.restore();
      }
      local.train(epoch, period, lane);
      reunion.add(local.weight(lane, period));
    }
    reunion.end(epoch, period);
  }
}
