package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
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
 * uplink, and every rank copies what has come back, unless it is alone in its JVM. Nodes that the
 * ranks of all JVMs see stay where they are: their ranks only meet.
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

  private Optional<ByteBuffer> hostMemory = Optional.empty();

  private Wish agreed = Wish.GO_ON;

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
    private final JvmRank jvm;
    private final JvmSums jvmSums;
    private final Wishes wishes = new Wishes();
    private boolean open = true;

    Member(int rank) {
      this.rank = rank;
      this.local = rank - firstRank;
      this.jvm = new JvmRank(local, localSize, meetingPoint);
      List<LaneRange> parts = LaneRange.of(firstRank, localSize, worldSize, tree.lanes());
      this.jvmSums = new JvmSums(tree, parts, postings, jvm);
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
    public boolean isFirstOfJvm() {
      return jvm.leads();
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
      List<FloatVector> nodes = jvmSums.combine(sums.nodes(), form, result, occasion);
      jvm.lead(
          occasion, () -> agreed = uplink.allReduce(nodes, form, result, wishes.next(), occasion));
      wishes.carried(agreed);
      copyFromLeader(result, result.whole(), occasion);
    }

    @Override
    public void reduceScatter(LaneSums sums, FloatVector result, Occasion occasion) {
      NodeForm form = sums.form();
      List<FloatVector> nodes = jvmSums.combine(sums.nodes(), form, result, occasion);
      jvm.lead(
          occasion,
          () -> agreed = uplink.reduceScatter(nodes, form, result, wishes.next(), occasion));
      wishes.carried(agreed);
      copyFromLeader(result, new Slices(result.length(), worldSize).of(rank), occasion);
    }

    @Override
    public void allGather(FloatVector vector, Occasion occasion) {
      jvmSums.post(List.of(), vector, occasion);
      giveLeader(vector, new Slices(vector.length(), worldSize).of(rank));
      jvm.meet(occasion);
      jvm.lead(occasion, () -> uplink.allGather(vector, occasion));
      copyFromLeader(vector, vector.whole(), occasion);
    }

    @Override
    public void broadcast(FloatVector vector, int root, Occasion occasion) {
      jvmSums.post(List.of(), vector, occasion);
      if (rank == root) {
        giveLeader(vector, vector.whole());
      }
      jvm.meet(occasion);
      jvm.lead(occasion, () -> uplink.broadcast(vector, root, occasion));
      copyFromLeader(vector, vector.whole(), occasion);
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
      jvm.meet(occasion);
      List<double[]> own = IntStream.range(0, localSize).mapToObj(rows::get).toList();
      jvm.lead(occasion, () -> gathered = uplink.allGather(own, occasion));
      List<double[]> all = gathered;
      jvm.meet(occasion);
      return all;
    }

    @Override
    public void reduceScatterAhead(LaneSums sums, FloatVector result, Occasion occasion) {
      Optional<CommonNodes> nodes = sums.common();
      if (nodes.isEmpty()) {
        reduceScatter(sums, result, occasion);
        return;
      }
      jvm.meet(occasion);
      jvm.lead(occasion, () -> agreed = uplink.barrier(wishes.next(), occasion));
      wishes.carried(agreed);
      nodes.get().addSlice(sums.form().rounding(), result);
    }

    @Override
    public void barrier(Occasion occasion) {
      jvm.meet(occasion);
      jvm.lead(occasion, () -> uplink.barrier(Wish.GO_ON, occasion));
    }

    @Override
    public Optional<ByteBuffer> hostMemory(long bytes, Occasion occasion) {
      jvm.meet(occasion);
      jvm.lead(occasion, () -> hostMemory = uplink.hostMemory(bytes, occasion));
      Optional<ByteBuffer> memory = hostMemory;
      jvm.meet(occasion);
      return memory;
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
      return jvm.leads() ? uplink.traffic() : Traffic.NONE;
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

    private void giveLeader(FloatVector vector, Span part) {
      if (!jvm.leads()) {
        FloatBuffer leaders = postings.leadersVector().floats();
        leaders.put(part.start(), vector.floats(), part.start(), part.length());
      }
    }

    private void copyFromLeader(FloatVector vector, Span part, Occasion occasion) {
      if (!jvm.isAlone()) {
        if (!jvm.leads()) {
          FloatBuffer leaders = postings.leadersVector().floats();
          vector.floats().put(part.start(), leaders, part.start(), part.length());
        }
        jvm.meet(occasion);
      }
    }
  }
}
