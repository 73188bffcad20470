package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.LockstepException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * How the ranks of one JVM, as one, exchange with those of the other JVMs. One thread at a time
 * calls its operations, which wait until they have ended or failed; whoever calls knows for which
 * slices and lanes the JVM stands.
 */
public interface Uplink {
  /** A rank's own thread is to call, which has no other use for its core while it waits. */
  void belongsTo(Thread rank);

  /** Whether all vectors of all JVMs go through memory. */
  boolean sharesMemory();

  /**
   * Adds the vectors of all lanes.
   *
   * @param nodes sums of the largest subtrees that the JVM's lanes form
   * @param form of the nodes
   * @param result takes the sum; may share memory with a single node
   * @param wish of rank 0, where it is one of this JVM's
   * @return the wish of rank 0
   */
  Wish allReduce(
      List<FloatVector> nodes, NodeForm form, FloatVector result, Wish wish, Occasion occasion);

  /** As {@link #allReduce}, but the sum is left in the slices of this JVM's ranks alone. */
  Wish reduceScatter(
      List<FloatVector> nodes, NodeForm form, FloatVector result, Wish wish, Occasion occasion);

  /** Sends the slices of this JVM's ranks and takes all others. */
  void allGather(FloatVector vector, Occasion occasion);

  /** Takes the vector of a rank, or sends it where the rank is one of this JVM's. */
  void broadcast(FloatVector vector, int root, Occasion occasion);

  /**
   * Waits until the leaders of all JVMs have come.
   *
   * @param wish of rank 0, where it is one of this JVM's
   * @return the wish of rank 0
   */
  Wish barrier(Wish wish, Occasion occasion);

  /**
   * Memory that all JVMs of the group see, where they are on one host and share memory: on all or
   * on none.
   *
   * @param bytes of it, the same on all
   * @return zeros, at the start of a page
   */
  Optional<ByteBuffer> hostMemory(long bytes, Occasion occasion);

  /** The rows of all ranks, given those of this JVM's ranks. */
  List<double[]> allGather(List<double[]> rows, Occasion occasion);

  /** What the vectors have brought onto the network so far, broadcasts left out. */
  Traffic traffic();

  /** Holds on to an object for as long as memory of this JVM may still be read or written. */
  void keepAlive(Object owner);

  /** Makes every operation of every JVM fail with this cause, unless one failed before. */
  void abort(LockstepException cause);

  /** Leaves the other JVMs in order. */
  void close();
}
