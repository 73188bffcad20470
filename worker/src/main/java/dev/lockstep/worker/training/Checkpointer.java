package dev.lockstep.worker.training;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.LaneLoss;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Signs;
import dev.lockstep.worker.combine.Divergence;
import dev.lockstep.worker.combine.LossBook;
import dev.lockstep.worker.combine.Residuals;
import dev.lockstep.worker.combine.StepClock;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Takes the checkpoints of one rank's training. All ranks take part, since the losses of an
 * unfinished epoch and what lanes keep of their gradients are spread over them; rank 0 copies the
 * vectors of the state, which are the same on all, and has the copy stored while the training goes
 * on.
 */
final class Checkpointer implements AutoCloseable {
  /** Whoever watches is told of longer waiting. */
  private static final Duration MOMENT = Duration.ofSeconds(2);

  private final ProcessGroup group;
  private final TrainingState state;
  private final Residuals residuals;
  private final String configuration;
  private final LossBook losses;
  private final StepClock clock;
  private final CheckpointSchedule schedule;
  private final BackgroundStore store;
  private final TrainingObserver observer;
  private final int rollbacks;
  private final List<EpochReport> epochs;

  /** The checkpoint that is stored last, or that the training goes on from. */
  private Position stored;

  /** Only rank 0 copies. */
  private final Map<String, FloatBuffer> copies = new LinkedHashMap<>();

  /** Seconds that no checkpoint has told of yet. */
  private double waited;

  /**
   * @param configuration of the network as JSON
   * @param from the state that the training begins with
   * @param observer hears of a training that waits for a checkpoint
   */
  Checkpointer(
      ProcessGroup group,
      Combining combining,
      String configuration,
      LossBook losses,
      StepClock clock,
      CheckpointSchedule schedule,
      CheckpointState from,
      CheckpointSink sink,
      TrainingObserver observer) {
    this.group = group;
    this.state = combining.state();
    this.residuals = combining.residuals();
    this.configuration = configuration;
    this.losses = losses;
    this.clock = clock;
    this.schedule = schedule;
    this.rollbacks = from.rollbacks();
    this.stored = from.position();
    this.epochs = new ArrayList<>(from.epochs());
    this.store = new BackgroundStore(group.rank(), sink);
    this.observer = observer;
    if (group.rank() == 0) {
      state
          .vectors()
          .forEach((name, vector) -> copies.put(name, FloatBuffer.allocate(vector.length())));
    }
  }

  /**
   * Whether rank 0 wants a checkpoint after a step: one that is needed always, one by the interval
   * where none is on its way.
   */
  boolean isDueAfter(int epoch, int step) {
    return isNeededAfter(step) || (store.isFree() && schedule.isDueAfter(epoch, step));
  }

  /** Whether the training may have to go back to the state after a step. */
  boolean isNeededAfter(int step) {
    return schedule.isNeededAfter(step);
  }

  void epochDone(EpochReport epoch) {
    epochs.add(epoch);
  }

  /** Takes a checkpoint with all ranks, once the one before is done with. */
  void take(Position position) {
    await(position);
    if (!state.replica().hasFiniteParameters()) {
      throw Divergence.at(position.text(), "a parameter is not finite");
    }
    List<LaneLoss> ofLanes = position.step() == 0 ? List.of() : lossesOfLanes(position);
    List<FloatBuffer> ofAllLanes = residuals.gather(at(position, "the checkpoint's residuals"));
    state.makeWhole(at(position, "the checkpoint's updater state"));
    schedule.taken(position);
    stored = position;
    if (group.rank() == 0) {
      copies.forEach(
          (name, copy) -> copy.put(0, state.vectors().get(name).floats(), 0, copy.capacity()));
      Map<String, FloatBuffer> vectors = new LinkedHashMap<>(copies);
      for (int lane = 0; lane < ofAllLanes.size(); lane++) {
        vectors.put(VectorNames.residual(lane), ofAllLanes.get(lane));
      }
      CheckpointState standing = new CheckpointState(position, rollbacks, ofLanes, epochs);
      waited += clock.outside();
      store.store(new StateCopy(standing, configuration, vectors, waited));
      waited = 0;
    } else {
      clock.outside();
    }
  }

  private static Occasion at(Position position, String what) {
    return new Occasion(position.epoch(), position.step(), what);
  }

  /** Waits on all ranks until the last checkpoint is done with. */
  void await(Position position) {
    clock.inCompute(); // what came before is no waiting
    Occasion occasion =
        new Occasion(position.epoch(), position.step(), "the last checkpoint to be stored");
    Signs.await(group, new WatchedWait(), occasion);
    waited += clock.outside();
  }

  /** Tells the observer where waiting for the last checkpoint takes longer than a moment. */
  private final class WatchedWait implements Predicate<Duration> {
    private Duration time = Duration.ZERO;

    @Override
    public boolean test(Duration slice) {
      if (store.isDoneWithin(slice)) {
        return true;
      }
      time = time.plus(slice);
      if (time.compareTo(MOMENT) >= 0) {
        observer.waitsForCheckpoint(stored, time);
      }
      return false;
    }
  }

  @Override
  public void close() {
    store.close();
  }

  private List<LaneLoss> lossesOfLanes(Position position) {
    double[] own = losses.rows().stream().flatMapToDouble(java.util.Arrays::stream).toArray();
    Occasion occasion =
        new Occasion(position.epoch(), position.step(), "the checkpoint's sum of losses");
    List<LaneLoss> ofLanes = new ArrayList<>();
    for (double[] ofRank : group.allGather(own, occasion)) {
      for (int i = 0; i < ofRank.length; i += LossBook.ROW) {
        ofLanes.add(new LaneLoss(ofRank[i], (long) ofRank[i + 1]));
      }
    }
    return ofLanes;
  }
}
