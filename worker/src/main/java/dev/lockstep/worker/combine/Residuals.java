package dev.lockstep.worker.combine;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What each lane of this rank has not exchanged of its gradients so far: state of the lane, which
 * goes with it to whatever rank runs it after a checkpoint.
 */
public final class Residuals {
  private final ProcessGroup group;
  private final int length;
  private final float[][] ofLanes;
  private final List<FloatBuffer> copies = new ArrayList<>();

  private Residuals(ProcessGroup group, int length) {
    this.group = group;
    this.length = length;
    this.ofLanes = new float[length == 0 ? 0 : group.lanes().size()][length];
  }

  /** Lanes that keep so many floats each, 0 at first. */
  static Residuals of(ProcessGroup group, int length) {
    return new Residuals(group, length);
  }

  /** Lanes that keep nothing. */
  static Residuals none(ProcessGroup group) {
    return new Residuals(group, 0);
  }

  /** The lanes of this rank that keep something. */
  public LaneRange lanes() {
    int first = group.lanes().first();
    return new LaneRange(first, first + ofLanes.length);
  }

  float[] of(int lane) {
    return ofLanes[lane - group.lanes().first()];
  }

  /**
   * Goes on with what a lane had left.
   *
   * @throws LockstepException of kind CONFIG where the length is not the network's
   */
  public void restore(int lane, float[] values) {
    if (values.length != length) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot go on with %,d floats that lane %d has kept: the network has %,d parameters"
              .formatted(values.length, lane, length));
    }
    System.arraycopy(values, 0, of(lane), 0, length);
  }

  /**
   * Brings copies of all lanes' residuals to rank 0, lane by lane; to be called by all ranks.
   *
   * @return on rank 0 one for each lane of the job, in order, valid until the next call; none on
   *     the other ranks, or where nothing is kept
   */
  public List<FloatBuffer> gather(Occasion occasion) {
    if (length == 0) {
      return List.of();
    }
    FloatVector vector = FloatVector.allocate(length);
    for (int rank = 0; rank < group.size(); rank++) {
      LaneRange lanes = LaneRange.of(rank, group.size(), group.tree().lanes());
      for (int lane = lanes.first(); lane < lanes.end(); lane++) {
        if (rank == group.rank()) {
          vector.floats().put(0, of(lane));
        }
        group.broadcast(vector, rank, occasion);
        if (group.rank() == 0) {
          copy(lane, vector);
        }
      }
    }
    return List.copyOf(copies);
  }

  private void copy(int lane, FloatVector vector) {
    if (copies.size() == lane) {
      copies.add(FloatBuffer.allocate(length));
    }
    copies.get(lane).put(0, vector.floats(), 0, length);
  }
}
