package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
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
  private final RankThreads threads;
  private final MeetingPoint meetingPoint;
  private final AtomicReferenceArray<Posting> postings;
  private final AtomicReferenceArray<double[]> rows;
  private final GroupBoard board;
  private final CommonObject common;
  private final Queue<Object> kept = new ConcurrentLinkedQueue<>();

  /**
   * A group without members so far.
   *
   * @param policy for ranks that do not come
   */
  public LocalGroup(int size, LaneTree tree, StallPolicy policy) {
    this.size = size;
    this.tree = tree;
    this.threads = new RankThreads(0, size);
    this.meetingPoint = new MeetingPoint(size, policy, size, threads);
    this.postings = new AtomicReferenceArray<>(size);
    this.rows = new AtomicReferenceArray<>(size);
    this.board = new GroupBoard(0, size, meetingPoint, (vector, root, occasion) -> {});
    this.common = new CommonObject(meetingPoint);
  }

  /** The group as one rank sees it, for the thread that calls. */
  public ProcessGroup member(int rank) {
    threads.enter(rank);
    return new Member(rank);
  }

  private record Posting(List<FloatVector> nodes, FloatVector vector, Wish wish) {}

  private final class Member implements ProcessGroup {
    private final int rank;
    private final TreeAdder adder;
    private final Wishes wishes = new Wishes();
    private boolean open = true;

    Member(int rank) {
      this.rank = rank;
      this.adder = new TreeAdder(tree, tree.all(), LaneRange.of(0, size, size, tree.lanes()));
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
    public boolean spansJvms() {
      return false;
    }

    @Override
    public boolean sharesMemory() {
      return true;
    }

    @Override
    public LaneTree tree() {
      return tree;
    }

    @Override
    public void allReduce(LaneSums sums, FloatVector result, Occasion occasion) {
      List<Posting> posted = exchange(sums.nodes(), result, wishes.next(), occasion);
      addSlice(nodes(posted), sums.form(), posted.stream().map(Posting::vector).toList());
      wishes.carried(posted.get(0).wish());
      meetingPoint.meet(rank, occasion);
    }

    @Override
    public void reduceScatter(LaneSums sums, FloatVector result, Occasion occasion) {
      reduceScatterAhead(sums, result, occasion);
      meetingPoint.meet(rank, occasion);
    }

    @Override
    public void reduceScatterAhead(LaneSums sums, FloatVector result, Occasion occasion) {
      List<Posting> posted = exchange(sums.nodes(), result, wishes.next(), occasion);
      addSlice(nodes(posted), sums.form(), List.of(result));
      wishes.carried(posted.get(0).wish());
    }

    @Override
    public void allGather(FloatVector vector, Occasion occasion) {
      List<Posting> posted = exchange(List.of(), vector, Wish.GO_ON, occasion);
      Slices slices = new Slices(vector.length(), size);
      for (int peer = 0; peer < size; peer++) {
        if (peer != rank) {
          int start = slices.start(peer);
          vector
              .floats()
              .put(start, posted.get(peer).vector().floats(), start, slices.end(peer) - start);
        }
      }
      meetingPoint.meet(rank, occasion);
    }

    @Override
    public void broadcast(FloatVector vector, int root, Occasion occasion) {
      List<Posting> posted = exchange(List.of(), vector, Wish.GO_ON, occasion);
      if (rank != root) {
        vector.floats().put(0, posted.get(root).vector().floats(), 0, vector.length());
      }
      meetingPoint.meet(rank, occasion);
    }

    @Override
    public GroupReduce within(LaneGroups groups, Occasion occasion) {
      return board.member(rank, new Sharers(groups, Collections.nCopies(size, 0)));
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
    public void barrier(Occasion occasion) {
      meetingPoint.meet(rank, occasion);
    }

    @Override
    public void express(Wish wish) {
      wishes.express(wish);
    }

    @Override
    public Wish agreed() {
      return wishes.agreed();
    }

    @Override
    public Traffic traffic() {
      return Traffic.NONE;
    }

    @Override
    public boolean isFirstOfJvm() {
      return rank == 0;
    }

    @Override
    public <T> T common(Class<T> type, Supplier<T> maker, Occasion occasion) {
      return common.get(rank, type, maker, occasion);
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

    /** What all ranks have posted, once they have. */
    private List<Posting> exchange(
        List<FloatVector> nodes, FloatVector vector, Wish wish, Occasion occasion) {
      postings.set(rank, new Posting(nodes, vector, wish));
      meetingPoint.meet(rank, occasion);
      List<Posting> posted = new ArrayList<>();
      for (int peer = 0; peer < size; peer++) {
        posted.add(postings.get(peer));
      }
      return posted;
    }

    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same content
    private void addSlice(List<FloatVector> nodes, NodeForm form, List<FloatVector> results) {
      if (nodes.size() == 1 && nodes.get(0) == results.get(0)) {
        return; // a single lane's vector is the sum
      }
      Slices slices = new Slices(results.get(0).length(), size);
      adder.add(
          slices.start(rank),
          slices.end(rank),
          form.rounding(),
          (node, start, target, length) -> nodes.get(node).floats().get(start, target, 0, length),
          (node, start, sum, length) ->
              results.forEach(result -> result.floats().put(start, sum, 0, length)));
    }
  }

  private static List<FloatVector> nodes(List<Posting> postings) {
    return postings.stream().flatMap(posting -> posting.nodes().stream()).toList();
  }
}
