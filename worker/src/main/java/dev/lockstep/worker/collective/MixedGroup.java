package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The ranks of one JVM among those of several. They meet in shared memory and speak to the other
 * JVMs with one voice: the lowest of them, the leader, uses the {@link Uplink} for all.
 *
 * <p>The lanes of the JVM's ranks are contiguous, so what the ranks bring is first added up, each
 * rank a share of the floats, to the largest nodes that the JVM's lanes form. Those go over the
 * uplink, and every rank copies what has come back, unless it is alone in its JVM.
 */
public final class MixedGroup {
  private final LaneTree tree;
  private final int worldSize;
  private final int firstRank;
  private final int localSize;
  private final Uplink uplink;
  private final RankThreads threads;
  private final MeetingPoint meetingPoint;
  private final Postings postings;
  private final AtomicReferenceArray<double[]> rows;
  private final GroupBoard board;
  private final CommonObject common;
  private final AtomicInteger toLeave;

  /** Written by the leader between two meetings, read by all after the second. */
  private List<double[]> gathered = List.of();

  private Wish agreed = Wish.GO_ON;

  /** The JVM's nodes; set by the leader before a meeting. */
  private List<FloatVector> jvmNodes = List.of();

  /**
   * A group without members so far.
   *
   * @param firstRank of this JVM
   * @param localSize ranks of this JVM
   * @param policy for ranks that do not come
   */
  public MixedGroup(
      LaneTree tree,
      int worldSize,
      int firstRank,
      int localSize,
      Uplink uplink,
      StallPolicy policy) {
    this.tree = tree;
    this.worldSize = worldSize;
    this.firstRank = firstRank;
    this.localSize = localSize;
    this.uplink = uplink;
    this.threads = new RankThreads(firstRank, localSize);
    this.meetingPoint = new MeetingPoint(localSize, policy, worldSize, threads);
    this.postings = new Postings(localSize);
    this.rows = new AtomicReferenceArray<>(localSize);
    this.board = new GroupBoard(firstRank, localSize, meetingPoint, uplink::broadcast);
    this.common = new CommonObject(meetingPoint);
    this.toLeave = new AtomicInteger(localSize);
  }

  /** The group as one rank sees it, for the thread that calls. */
  public ProcessGroup member(int rank) {
    threads.enter(rank - firstRank);
    if (rank == firstRank) {
      uplink.belongsTo(Thread.currentThread());
    }
    return new Member(rank);
  }

  /** What other JVMs have found out makes the ranks of this one fail. */
  public void fail(LockstepException cause) {
    meetingPoint.fail(cause);
  }

  /** Which ranks of this JVM have not come to the operation under way, and where they are. */
  public String missing() {
    return meetingPoint.missing();
  }

  private final class Member implements ProcessGroup {
    private final int rank;
    private final int local;
    private final TreeAdder adder;
    private final NodeMemory nodeMemory;
    private final Wishes wishes = new Wishes();
    private boolean open = true;

    Member(int rank) {
      this.rank = rank;
      this.local = rank - firstRank;
      List<LaneRange> parts = LaneRange.of(firstRank, localSize, worldSize, tree.lanes());
      LaneRange whole = new LaneRange(parts.get(0).first(), parts.get(localSize - 1).end());
      this.adder = new TreeAdder(tree, whole, parts);
      this.nodeMemory = new NodeMemory(adder.outputs());
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return worldSize;
    }

    @Override
    public boolean spansJvms() {
      return localSize < worldSize;
    }

    @Override
    public boolean sharesMemory() {
      return uplink.sharesMemory();
    }

    @Override
    public LaneTree tree() {
      return tree;
    }

    @Override
    public void allReduce(LaneSums sums, FloatVector result, Occasion occasion) {
      NodeForm form = sums.form();
      List<FloatVector> nodes = combine(sums.nodes(), form, result, occasion);
      lead(occasion, () -> agreed = uplink.allReduce(nodes, form, result, wishes.next(), occasion));
      wishes.carried(agreed);
      copyFromLeader(result, occasion);
    }

    @Override
    public void reduceScatter(LaneSums sums, FloatVector result, Occasion occasion) {
      NodeForm form = sums.form();
      List<FloatVector> nodes = combine(sums.nodes(), form, result, occasion);
      lead(
          occasion,
          () -> agreed = uplink.reduceScatter(nodes, form, result, wishes.next(), occasion));
      wishes.carried(agreed);
      copyFromLeader(result, occasion);
    }

    @Override
    public void allGather(FloatVector vector, Occasion occasion) {
      post(List.of(), vector, occasion);
      giveLeader(vector, new Slices(vector.length(), worldSize).of(rank));
      meet(occasion);
      lead(occasion, () -> uplink.allGather(vector, occasion));
      copyFromLeader(vector, occasion);
    }

    @Override
    public void broadcast(FloatVector vector, int root, Occasion occasion) {
      post(List.of(), vector, occasion);
      if (rank == root) {
        giveLeader(vector, new Span(0, vector.length()));
      }
      meet(occasion);
      lead(occasion, () -> uplink.broadcast(vector, root, occasion));
      copyFromLeader(vector, occasion);
    }

    @Override
    public GroupReduce within(LaneGroups groups, Occasion occasion) {
      List<Integer> jvms =
          allGather(new double[] {firstRank}, occasion).stream()
              .map(ofRank -> (int) ofRank[0])
              .toList();
      return board.member(rank, new Sharers(groups, jvms));
    }

    @Override
    public List<double[]> allGather(double[] row, Occasion occasion) {
      rows.set(local, row);
      meet(occasion);
      List<double[]> own = IntStream.range(0, localSize).mapToObj(rows::get).toList();
      lead(occasion, () -> gathered = uplink.allGather(own, occasion));
      List<double[]> all = gathered;
      meet(occasion);
      return all;
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
      return local == 0 ? uplink.traffic() : Traffic.NONE;
    }

    @Override
    public <T> T common(Class<T> type, Supplier<T> maker, Occasion occasion) {
      return common.get(local, type, maker, occasion);
    }

    @Override
    public void keepAlive(Object owner) {
      uplink.keepAlive(owner);
    }

    @Override
    public void abort(LockstepException cause) {
      meetingPoint.fail(cause);
      uplink.abort(cause);
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        meetingPoint.fail(
            new LockstepException(FailureKind.CLUSTER, "Lost rank %d: it left".formatted(rank)));
        if (toLeave.decrementAndGet() == 0) {
          uplink.close();
        }
      }
    }

    /** The JVM's nodes, once all its ranks have added up their shares. */
    private List<FloatVector> combine(
        List<FloatVector> nodes, NodeForm form, FloatVector result, Occasion occasion) {
      if (localSize == 1) {
        return nodes;
      }
      if (local == 0) {
        jvmNodes = nodeMemory.ofLength(result.length());
      }
      post(nodes, result, occasion);
      List<FloatVector> all = postings.nodes();
      Slices shares = new Slices(result.length(), localSize);
      adder.add(
          shares.start(local),
          shares.end(local),
          form.rounding(),
          (node, start, target, length) -> all.get(node).floats().get(start, target, 0, length),
          (node, start, sum, length) -> jvmNodes.get(node).floats().put(start, sum, 0, length));
      meet(occasion);
      return jvmNodes;
    }

    private void post(List<FloatVector> nodes, FloatVector vector, Occasion occasion) {
      if (localSize > 1) {
        postings.post(local, nodes, vector);
        meet(occasion);
      }
    }

    /** The leader has a deadline in all that it does with other JVMs; the others rely on it. */
    private void lead(Occasion occasion, Runnable operation) {
      if (local == 0) {
        try {
          operation.run();
        } catch (LockstepException e) {
          meetingPoint.fail(e);
          throw e;
        }
      }
      if (localSize > 1) {
        meetingPoint.meetUnhurried(local, occasion);
      }
    }

    private void giveLeader(FloatVector vector, Span part) {
      if (local != 0) {
        FloatBuffer leaders = postings.leadersVector().floats();
        leaders.put(part.start(), vector.floats(), part.start(), part.length());
      }
    }

    private void copyFromLeader(FloatVector vector, Occasion occasion) {
      if (localSize > 1) {
        if (local != 0) {
          vector.floats().put(0, postings.leadersVector().floats(), 0, vector.length());
        }
        meet(occasion);
      }
    }

    private void meet(Occasion occasion) {
      if (localSize > 1) {
        meetingPoint.meet(local, occasion);
      }
    }
  }
}
