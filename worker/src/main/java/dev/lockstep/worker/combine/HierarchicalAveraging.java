package dev.lockstep.worker.combine;

import dev.lockstep.common.data.EpochOrder;
import dev.lockstep.worker.collective.GroupReduce;
import dev.lockstep.worker.collective.LaneGroups;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Local SGD in two tiers: the lanes of a group are averaged after each period, those of all groups
 * after each round of several periods (Lin et al., "Don't use large mini-batches, use local SGD",
 * 2020, section on hierarchical local SGD). A lane weighs what it saw of the samples since the last
 * averaging of the same kind.
 *
 * <p>Groups are made of lanes, not of ranks, so the weights do not depend on who runs them. A rank
 * that has lanes of several groups keeps a model of each and runs all of them through a period
 * before any group is averaged. Lanes are one only at the end of a round.
 */
public final class HierarchicalAveraging implements Combiner {
  private final LaneWork work;
  private final ProcessGroup group;
  private final LaneGroups groups;
  private final Periods periods;
  private final LocalSteps local;
  private final Reunion reunion;
  private final List<GroupModel> models;

  /**
   * @param outer what the mean over all lanes goes through after the warm-up, if anything
   * @param boundary is told of the end of every round
   */
  public HierarchicalAveraging(
      LaneWork work,
      ProcessGroup group,
      LaneGroups groups,
      Periods periods,
      Optional<OuterMomentum> outer,
      StepListener listener,
      StepBoundary boundary) {
    this.work = work;
    this.group = group;
    this.groups = groups;
    this.periods = periods;
    LaneRange lanes = group.lanes();
    this.local = new LocalSteps(work, lanes, listener);
    this.reunion = new Reunion(work, group, periods, outer, boundary, 0);
    this.models =
        IntStream.range(groups.first(lanes), groups.end(lanes))
            .mapToObj(number -> new GroupModel(work.replica(), groups, number, lanes))
            .toList();
  }

  @Override
  public void train(int epoch, int stepsDone, EpochOrder order) {
    int steps = work.steps();
    GroupReduce within = group.within(groups, new Occasion(epoch, 0, "the forming of groups"));
    work.startEpoch(order, group.lanes(), stepsDone, first -> periods.end(epoch, first));
    int round = stepsDone;
    begin();
    for (int first = stepsDone; first < steps; first = periods.end(epoch, first)) {
      StepBlock period = new StepBlock(first, periods.end(epoch, first));
      if (periods.isRoundAt(epoch, period.end())) {
        endRound(epoch, period, new StepBlock(round, period.end()));
        round = period.end();
        begin();
      } else {
        endPeriod(epoch, period, within);
      }
    }
    work.clock().inCompute();
  }

  /** All groups stand where the replica stands. */
  private void begin() {
    reunion.begin();
    models.forEach(GroupModel::keep);
  }

  private void endRound(int epoch, StepBlock period, StepBlock round) {
    for (GroupModel model : models) {
      for (int lane = model.lanes().first(); lane < model.lanes().end(); lane++) {
        model.load();
        local.train(epoch, period, lane);
        reunion.add(local.weight(lane, round));
      }
    }
    reunion.end(epoch, round);
  }

  private void endPeriod(int epoch, StepBlock period, GroupReduce within) {
    for (GroupModel model : models) {
      model.clear();
      for (int lane = model.lanes().first(); lane < model.lanes().end(); lane++) {
        model.load();
        local.train(epoch, period, lane);
        model.add(local.weight(lane, model.group(), period));
      }
    }
    work.clock().inCompute();
    average(new Occasion(epoch, period.end(), "the averaging within groups"), within);
    work.clock().inExchange();
  }

  private void average(Occasion occasion, GroupReduce within) {
    within.allReduce(models.stream().map(GroupModel::parameters).toList(), occasion);
    if (work.replica().updaterState().length() > 0) {
      within.allReduce(models.stream().map(GroupModel::updaterState).toList(), occasion);
    }
  }
}
