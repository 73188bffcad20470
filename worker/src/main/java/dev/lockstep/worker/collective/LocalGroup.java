package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * The process group of ranks that are threads of one JVM: they add in shared memory.
 *
 * <p>Rank r owns slice r of a vector. When all ranks have posted their partial sums, each adds up
 * its own slice in the order of the tree, chunk by chunk, and writes the result of each chunk to
 * all ranks. Nobody else reads or writes that slice meanwhile, so the result may overwrite the
 * partial sums.
 */
public final class LocalGroup {
  private final LaneTree tree;
  private final int size;
  private final MeetingPoint meetingPoint;
  private final int[] additions;
  private final AtomicReferenceArray<Posting> postings;
  private final AtomicReferenceArray<double[]> rows;
  private final Queue<Object> kept = new ConcurrentLinkedQueue<>();

  /**
   * @param timeout how long a rank waits for the others in one operation
   */
  public LocalGroup(int size, LaneTree tree, Duration timeout) {
    this.size = size;
    this.tree = tree;
    this.meetingPoint = new MeetingPoint(size, timeout);
    this.additions =
        tree.additionsAcross(
            IntStream.range(0, size)
                .mapToObj(rank -> LaneRange.of(rank, size, tree.lanes()))
                .toList());
    this.postings = new AtomicReferenceArray<>(size);
    this.rows = new AtomicReferenceArray<>(size);
  }

  /** The group as one rank sees it. */
  public ProcessGroup member(int rank) {
    return new Member(rank);
  }

  private record Posting(List<FloatBuffer> nodes, FloatBuffer result) {}

  private final class Member implements ProcessGroup {
    private final int rank;
    private final float[][] stack;
    private boolean open = true;

    Member(int rank) {
      this.rank = rank;
      this.stack = new float[deepest(additions)][FloatChunks.SIZE];
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public LaneTree tree() {
      return tree;
    }

    @Override
    public void allReduce(LaneSums sums, FloatBuffer result, Occasion occasion) {
      postings.set(rank, new Posting(sums.nodes(), result));
      meetingPoint.meet(rank, occasion);
      List<FloatBuffer> nodes = new ArrayList<>();
      List<FloatBuffer> results = new ArrayList<>();
      for (int peer = 0; peer < size; peer++) {
        nodes.addAll(postings.get(peer).nodes());
        results.add(postings.get(peer).result());
      }
      addSlice(nodes, results);
      meetingPoint.meet(rank, occasion);
    }

    @Override
    public List<double[]> allGather(double[] row, Occasion occasion) {
      rows.set(rank, row);
      meetingPoint.meet(rank, occasion);
      List<double[]> gathered = IntStream.range(0, size).mapToObj(rows::get).toList();
      meetingPoint.meet(rank, occasion);
      return gathered;
    }

    @Override
    public void keepAlive(Object owner) {
      kept.add(owner);
    }

    @Override
    public void abort(LockstepException cause) {
      meetingPoint.fail(cause);
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        meetingPoint.fail(
            new LockstepException(FailureKind.CLUSTER, "Lost rank %d: it left".formatted(rank)));
      }
    }

    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same content
    private void addSlice(List<FloatBuffer> nodes, List<FloatBuffer> results) {
      if (nodes.size() == 1 && nodes.get(0) == results.get(0)) {
        return; // a single lane's vector is the sum
      }
      long length = results.get(rank).capacity();
      int start = (int) (rank * length / size);
      int end = (int) ((rank + 1) * length / size);
      for (int chunk = start; chunk < end; chunk += FloatChunks.SIZE) {
        int chunkSize = Math.min(FloatChunks.SIZE, end - chunk);
        addChunk(nodes, chunk, chunkSize);
        for (FloatBuffer result : results) {
          result.put(chunk, stack[0], 0, chunkSize);
        }
      }
    }

    private void addChunk(List<FloatBuffer> nodes, int start, int length) {
      int top = -1;
      for (int node = 0; node < additions.length; node++) {
        nodes.get(node).get(start, stack[++top], 0, length);
        for (int i = 0; i < additions[node]; i++, top--) {
          FloatChunks.add(stack[top - 1], stack[top], length);
        }
      }
    }
  }

  /** The most vectors that are on the stack at once. */
  private static int deepest(int[] additions) {
    int[] depths = new int[additions.length];
    for (int i = 0, depth = 0; i < additions.length; i++) {
      depths[i] = ++depth;
      depth -= additions[i];
    }
    return Arrays.stream(depths).max().orElse(1);
  }
}
