package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.SpinWait;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.Traffic;
import dev.lockstep.worker.collective.TreeAdder;
import dev.lockstep.worker.collective.Uplink;
import dev.lockstep.worker.collective.Wish;
import io.netty.channel.EventLoop;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The uplink over sockets: hands each operation to the event loop and waits for its end. */
final class NetUplink implements Uplink {
  /** How long a closed connection may be a consequence of what a peer is about to tell. */
  private static final Duration HEARSAY = Duration.ofMillis(200);

  private final EventLoop loop;
  private final Mesh mesh;
  private final Plans plans;
  private final Roster roster;
  private final int self;
  private final StallPolicy stalls;
  private final int segment;
  private final TreeAdder adder;
  private final DataConnections connections;
  private final Map<Integer, Staging> staging = new TreeMap<>();
  private final PackedMemory packed = new PackedMemory();
  private final TrafficMeter meter = new TrafficMeter();

  /** Of broadcasts, which are not what is asked for. */
  private final TrafficMeter uncounted = new TrafficMeter();

  private final Queue<Object> kept = new ConcurrentLinkedQueue<>();
  private final SpinWait awake;
  private final FloatVector token;
  private final HostMemory hostMemory;
  private long operations;
  private volatile Optional<Thread> leader = Optional.empty();

  /**
   * An uplink over connections that are complete.
   *
   * @param connections those for vectors
   */
  NetUplink(
      EventLoop loop,
      Mesh mesh,
      Roster roster,
      int self,
      LaneTree tree,
      NetSettings settings,
      DataConnections connections,
      SecureRandom random) {
    this.loop = loop;
    this.mesh = mesh;
    this.plans = new Plans(roster, self, tree, settings.tuning().small());
    this.roster = roster;
    this.self = self;
    this.stalls = settings.stalls();
    this.segment = settings.tuning().segment();
    this.connections = connections;
    connections.channels().keySet().forEach(jvm -> staging.put(jvm, new Staging()));
    int cores = Runtime.getRuntime().availableProcessors();
    this.awake = new SpinWait(connections.spin(roster.worldSize(), cores), System::nanoTime);
    this.token = FloatVector.allocate(roster.worldSize());
    Optional<SharedMemory> shared = settings.tuning().shared().filter(memory -> sharesMemory());
    this.hostMemory = new HostMemory(roster, self, shared, random);
    this.adder = new TreeAdder(tree, new LaneRange(0, tree.lanes()), roster.lanes(tree));
  }

  @Override
  public void belongsTo(Thread rank) {
    leader = Optional.of(rank);
  }

  @Override
  public boolean sharesMemory() {
    return roster.size() == 1 || connections.terms().shareMemory();
  }

  @Override
  public Wish allReduce(
      List<FloatVector> nodes, NodeForm form, FloatVector result, Wish wish, Occasion occasion) {
    return exchange(plans.allReduce(result.length()), nodes, form, result, meter, wish, occasion);
  }

  @Override
  public Wish reduceScatter(
      List<FloatVector> nodes, NodeForm form, FloatVector result, Wish wish, Occasion occasion) {
    ExchangePlan plan = plans.reduceScatter(result.length());
    return exchange(plan, nodes, form, result, meter, wish, occasion);
  }

  @Override
  public void allGather(FloatVector vector, Occasion occasion) {
    ExchangePlan plan = plans.allGather(vector.length());
    exchange(plan, List.of(), NodeForm.EXACT, vector, meter, Wish.GO_ON, occasion);
  }

  @Override
  public void broadcast(FloatVector vector, int root, Occasion occasion) {
    ExchangePlan plan = plans.broadcast(vector.length(), roster.jvmOf(root));
    exchange(plan, List.of(vector), NodeForm.EXACT, vector, uncounted, Wish.GO_ON, occasion);
  }

  @Override
  public List<double[]> allGather(List<double[]> rows, Occasion occasion) {
    RowsExchange operation = new RowsExchange(++operations, occasion, roster, self, mesh, rows);
    run(operation);
    return operation.rows();
  }

  /**
   * Each JVM sends all others a float for each of its ranks. What ranks have done to memory that
   * all see comes before it on every JVM, and after it what they do then.
   */
  @Override
  public Wish barrier(Wish wish, Occasion occasion) {
    ExchangePlan plan = plans.allGather(token.length());
    VarHandle.fullFence();
    Wish ofFirst = exchange(plan, List.of(), NodeForm.EXACT, token, meter, wish, occasion);
    VarHandle.fullFence();
    return ofFirst;
  }

  @Override
  public Optional<ByteBuffer> hostMemory(long bytes, Occasion occasion) {
    return hostMemory.get(this, bytes, occasion);
  }

  @Override
  public Traffic traffic() {
    return meter.traffic();
  }

  @Override
  public void keepAlive(Object owner) {
    kept.add(owner);
  }

  @Override
  public void abort(LockstepException cause) {
    loop.execute(() -> mesh.fail(cause));
  }

  @Override
  public void close() {
    loop.execute(mesh::close);
  }

  private Wish exchange(
      ExchangePlan plan,
      List<FloatVector> nodes,
      NodeForm form,
      FloatVector vector,
      TrafficMeter traffic,
      Wish wish,
      Occasion occasion) {
    if (!connections.channels().isEmpty()) {
      return exchangeDirectly(plan, nodes, form, vector, traffic, wish, occasion);
    }
    VectorExchange operation =
        new VectorExchange(
            ++operations,
            occasion,
            plan,
            mesh,
            nodes,
            form,
            vector,
            adder,
            packed.payloads(),
            traffic,
            segment,
            wish);
    run(operation);
    return operation.wish();
  }

  private Wish exchangeDirectly(
      ExchangePlan plan,
      List<FloatVector> nodes,
      NodeForm form,
      FloatVector vector,
      TrafficMeter traffic,
      Wish wish,
      Occasion occasion) {
    Watch watch = mesh.watch();
    Optional<SpinWait> wait = leader.filter(Thread.currentThread()::equals).map(rank -> awake);
    connections.channels().values().forEach(channel -> channel.waitAwake(wait));
    watch.begin(++operations, occasion);
    try {
      return new DirectExchange(
              connections.channels(),
              staging,
              packed,
              adder,
              watch,
              plans.chunk(connections.terms().room(), form.coding()),
              plan,
              nodes,
              form,
              vector,
              operations,
              traffic,
              wish)
          .run();
    } catch (PeerException e) {
      throw e.getCause() instanceof ProtocolException refused
          ? mesh.outcome(() -> mesh.refused(e.jvm(), refused), Duration.ZERO)
          : mesh.outcome(found(e, occasion), HEARSAY);
    } finally {
      watch.end();
    }
  }

  /** What it means that a connection has failed under the rank's thread. */
  private Supplier<LockstepException> found(PeerException failure, Occasion occasion) {
    boolean interrupted = Thread.currentThread().isInterrupted();
    String why = String.valueOf(failure.getMessage());
    return () ->
        interrupted
            ? interrupted(occasion, failure)
            : mesh.lost(failure.jvm(), why, Optional.of(failure));
  }

  private LockstepException interrupted(Occasion occasion, Exception cause) {
    return new LockstepException(
        FailureKind.INTERRUPTED,
        "Interrupted %s in %s".formatted(roster.name(self), occasion),
        cause);
  }

  private void run(Operation operation) {
    Handoff handoff = new Handoff();
    AtomicReference<Optional<LockstepException>> failure = new AtomicReference<>(Optional.empty());
    loop.execute(
        () ->
            mesh.start(
                operation,
                end -> {
                  failure.set(end);
                  handoff.complete();
                }));
    await(handoff, operation);
    failure
        .get()
        .ifPresent(
            cause -> {
              throw new LockstepException(cause.kind(), cause.getMessage(), cause);
            });
  }

  /** Waits for the event loop; once it is late, what it says decides. */
  private void await(Handoff handoff, Operation operation) {
    try {
      long warning = Math.min(stalls.warning().toNanos(), stalls.timeout().toNanos());
      if (handoff.await(warning)) {
        return;
      }
      if (stalls.warning().compareTo(stalls.timeout()) < 0) {
        loop.execute(() -> mesh.warn(operation));
        if (handoff.await(stalls.timeout().toNanos() - warning)) {
          return;
        }
      }
      loop.execute(() -> mesh.giveUp(operation));
      if (!handoff.await(stalls.timeout().toNanos())) {
        throw new LockstepException(
            FailureKind.INTERNAL,
            "Failed to complete %s: the event loop of %s does not answer"
                .formatted(operation.occasion(), roster.name(self)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LockstepException interrupted = interrupted(operation.occasion(), e);
      loop.execute(() -> mesh.fail(interrupted));
      throw interrupted;
    }
  }
}
