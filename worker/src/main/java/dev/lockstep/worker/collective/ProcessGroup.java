package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.LockstepException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The ranks of one attempt, connected with each other, as one of them sees it. Every rank calls the
 * same operations in the same order, from one thread at a time, which need not be the rank's own.
 *
 * <p>Each operation ends on all ranks or fails on all: with the failure of the rank that failed
 * first, or with one that names who did not come within the group's timeout.
 */
public interface ProcessGroup extends AutoCloseable {
  int rank();

  /** The number of ranks. */
  int size();

  /** Whether some ranks are in other JVMs than this one. */
  boolean spansJvms();

  /** Whether all ranks are on one host, and exchange all vectors through memory. */
  boolean sharesMemory();

  /** The tree along which lanes are added. */
  LaneTree tree();

  /** The lanes of this rank. */
  default LaneRange lanes() {
    return LaneRange.of(rank(), size(), tree().lanes());
  }

  /**
   * Adds the vectors of all lanes along the tree.
   *
   * @param sums those of this rank's lanes, in the same form on all ranks
   * @param result takes the sum; it may be the very memory that was added as a single lane's vector
   */
  void allReduce(LaneSums sums, FloatVector result, Occasion occasion);

  /**
   * Adds the vectors of all lanes along the tree; each rank gets the sum of its own slice.
   *
   * @param result takes the sum in this rank's slice of {@link Slices}; its other floats are left
   *     undefined
   */
  void reduceScatter(LaneSums sums, FloatVector result, Occasion occasion);

  /**
   * Like {@link #reduceScatter}, but returns while other ranks may still read what this one has
   * brought. It may overwrite its own slice of that, which nobody else reads, and has to come to
   * {@link #barrier} next, so that nobody is overtaken. Nodes that all ranks see are not sent.
   */
  default void reduceScatterAhead(LaneSums sums, FloatVector result, Occasion occasion) {
    reduceScatter(sums, result, occasion);
  }

  /**
   * Gives every rank the slices of all ranks.
   *
   * @param vector holds this rank's slice of {@link Slices}; takes the others
   */
  void allGather(FloatVector vector, Occasion occasion);

  /**
   * Gives every rank the vector of one.
   *
   * @param vector of the same length on every rank
   * @param root the rank whose vector it is
   */
  void broadcast(FloatVector vector, int root, Occasion occasion);

  /**
   * Forms groups of lanes, which add up their vectors each for itself; all ranks do so together.
   *
   * @param groups of the lanes of {@link #tree}, of which every rank has at least one
   */
  GroupReduce within(LaneGroups groups, Occasion occasion);

  /**
   * Gives every rank the rows of all ranks, in the order of ranks; meant for a few figures an
   * epoch.
   *
   * @param row of this rank; lengths may differ from rank to rank
   */
  List<double[]> allGather(double[] row, Occasion occasion);

  /** Waits until all ranks have come. */
  default void barrier(Occasion occasion) {
    allGather(new double[0], occasion);
  }

  /**
   * Wishes something of all ranks. Only the wish of rank 0 counts, which may express it on any
   * thread; the strongest one travels with the next {@link #allReduce} or {@link #reduceScatter}.
   */
  void express(Wish wish);

  /**
   * The strongest wish of rank 0 that an operation has carried since this was last asked: the same
   * on all ranks that ask after the same operation. {@link Wish#STOP} stays.
   */
  Wish agreed();

  /**
   * What this rank has sent for all-reduce, reduce-scatter, all-gather of vectors and barriers so
   * far. The rank that speaks for a JVM counts for all of them.
   */
  Traffic traffic();

  /** Whether this is the lowest rank of its JVM. */
  boolean isFirstOfJvm();

  /**
   * Memory that the ranks of several JVMs see; all of them call this together.
   *
   * @param bytes of it, the same on all ranks
   * @return zeros, at the start of a page; none on any rank where there are too many for a buffer,
   *     one of the JVMs cannot map them, or there is only one, whose ranks can have a {@link
   *     #common} object
   */
  default Optional<ByteBuffer> hostMemory(long bytes, Occasion occasion) {
    return Optional.empty();
  }

  /**
   * An object that the ranks of this JVM have in common; all of them call this together. Where it
   * cannot be made, the lowest rank fails with the cause, and the others once that one has left.
   *
   * @param maker makes it on the lowest rank, while the others wait for as long as for a vector
   */
  <T> T common(Class<T> type, Supplier<T> maker, Occasion occasion);

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
