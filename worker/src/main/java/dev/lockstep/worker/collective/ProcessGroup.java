package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.LockstepException;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The ranks of one attempt, connected with each other, as one of them sees it. Every rank calls the
 * same operations in the same order, from one thread.
 *
 * <p>Each operation ends on all ranks or fails on all: with the failure of the rank that failed
 * first, or with one that names who did not come within the group's timeout.
 */
public interface ProcessGroup extends AutoCloseable {
  int rank();

  /** The number of ranks. */
  int size();

  /** The tree along which lanes are added. */
  LaneTree tree();

  /** The lanes of this rank. */
  default LaneRange lanes() {
    return LaneRange.of(rank(), size(), tree().lanes());
  }

  /**
   * Adds the vectors of all lanes along the tree.
   *
   * @param sums those of this rank's lanes
   * @param result takes the sum; it may be the very buffer that was added as a single lane's vector
   */
  void allReduce(LaneSums sums, FloatBuffer result, Occasion occasion);

  /**
   * Gives every rank the rows of all ranks, in the order of ranks; meant for a few figures an
   * epoch.
   *
   * @param row of this rank; lengths may differ from rank to rank
   */
  List<double[]> allGather(double[] row, Occasion occasion);

  /**
   * Holds on to an object until all ranks have left. Whoever owns memory that other ranks read or
   * write in an operation is kept so, since a rank that fails leaves while others may be at work
   * still.
   */
  void keepAlive(Object owner);

  /** Makes every operation of every rank fail with this cause, unless one failed before. */
  void abort(LockstepException cause);

  /** Leaves the group; a rank that leaves in the middle makes the others fail. */
  @Override
  void close();
}
