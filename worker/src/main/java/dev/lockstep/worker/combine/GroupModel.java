package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.GroupReduce;
import dev.lockstep.worker.collective.LaneGroups;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.model.Replica;

/**
 * The model of one group of lanes on a rank that runs some of them: where each of these lanes
 * begins its next period. One is held for each group, whatever the number of its lanes.
 */
final class GroupModel {
  private final LaneRange group;
  private final LaneRange lanes;
  private final Held parameters;
  private final Held updaterState;

  /**
   * @param number of the group
   * @param ofRank all lanes of the rank
   */
  GroupModel(Replica replica, LaneGroups groups, int number, LaneRange ofRank) {
    LaneRange part = groups.part(number, ofRank);
    int first = number * groups.size();
    this.group = new LaneRange(first, first + groups.size());
    this.lanes = new LaneRange(first + part.first(), first + part.end());
    this.parameters = new Held(replica.parameters(), groups, part);
    this.updaterState = new Held(replica.updaterState(), groups, part);
  }

  /** All lanes of the group. */
  LaneRange group() {
    return group;
  }

  /** Those that the rank runs. */
  LaneRange lanes() {
    return lanes;
  }

  /** The group stands where the replica stands. */
  void keep() {
    parameters.keep();
    updaterState.keep();
  }

  /** Puts the replica to where the group stands. */
  void load() {
    parameters.load();
    updaterState.load();
  }

  /** A new mean begins. */
  void clear() {
    parameters.mean.clear();
    updaterState.mean.clear();
  }

  /** Adds the lane that the replica has trained; the last one of the rank, and nothing is left. */
  void add(float weight) {
    parameters.add(weight);
    updaterState.add(weight);
  }

  /** The mean of the parameters, which becomes that of the group. */
  GroupReduce.Part parameters() {
    return parameters.part();
  }

  /** The mean of the updater states, which becomes that of the group. */
  GroupReduce.Part updaterState() {
    return updaterState.part();
  }

  /** A buffer of the replica as the group has it. */
  private static final class Held {
    private final FloatVector live;
    private final FloatVector ofGroup;
    private final LaneMean mean;
    private final boolean isAlone;

    Held(FloatVector live, LaneGroups groups, LaneRange part) {
      this.live = live;
      this.ofGroup = FloatVector.allocate(live.length());
      this.mean = new LaneMean(groups.tree(), part, live.length());
      this.isAlone = part.size() == 1;
    }

    void keep() {
      ofGroup.floats().put(0, live.floats(), 0, live.length());
    }

    void load() {
      live.floats().put(0, ofGroup.floats(), 0, live.length());
    }

    /** The sums hold on to the vector of a single lane; the replica goes on to another group. */
    void add(float weight) {
      if (isAlone) {
        keep();
        mean.add(ofGroup, weight);
      } else {
        mean.add(live, weight);
      }
    }

    GroupReduce.Part part() {
      return new GroupReduce.Part(mean.sums(), ofGroup);
    }
  }
}
