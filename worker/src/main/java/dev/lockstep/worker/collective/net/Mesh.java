package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.MixedGroup;
import dev.lockstep.worker.collective.StallPolicy;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The connections of one JVM with all peers, and the operation that is under way on them. All that
 * happens here happens on the event loop; the first failure is the last word.
 */
final class Mesh implements Links {
  private final EventLoop loop;
  private final Roster roster;
  private final AttemptName name;
  private final StallPolicy stalls;
  private final Map<Integer, Link> links = new TreeMap<>();
  private final Map<Integer, Staging> staging = new TreeMap<>();
  private Optional<Operation> current = Optional.empty();
  private Consumer<Optional<LockstepException>> whenEnded = ignored -> {};
  private final List<Consumer<LockstepException>> whenFailed = new ArrayList<>();
  private final Waited waited = new Waited();
  private long ended;
  private long idleSince = System.nanoTime();
  private Optional<LockstepException> failure = Optional.empty();
  private Runnable whenOver = () -> {};
  private boolean closing;
  private final Lookout lookout;

  // What the threads of ranks use, too.
  private final Watch watch = new Watch();
  private final Doors doors = new Doors();
  private final CompletableFuture<LockstepException> failed = new CompletableFuture<>();

  Mesh(EventLoop loop, Roster roster, int self, AttemptName name, StallPolicy stalls) {
    this.loop = loop;
    this.roster = roster;
    this.name = name;
    this.stalls = stalls;
    this.lookout = new Lookout(this, roster, self, stalls, watch);
  }

  /** The operation on the event loop that is under way. */
  Optional<Operation> current() {
    return current;
  }

  /** The number of the last operation on the event loop that has ended. */
  long ended() {
    return ended;
  }

  /** Where the peers wait for connections for vectors. */
  Doors doors() {
    return doors;
  }

  /** Sends all peers a message. */
  void tellAll(FrameType type, String text) {
    links.values().forEach(link -> link.send(type, text));
  }

  /** Makes a connection with a peer, who has proved who it is, part of the mesh. */
  void add(int jvm, Channel channel, FrameReader reader) {
    Link link = new Link(jvm, channel, reader, name);
    links.put(jvm, link);
    if (failure.isPresent()) { // the peer comes too late for anything but the cause
      dismiss(link, failure.get());
      return;
    }
    attempt(() -> reader.serve(new PeerFrames(this, jvm), channel));
  }

  boolean isConnectedTo(int jvm) {
    return links.containsKey(jvm);
  }

  boolean isComplete() {
    return links.size() == roster.size() - 1;
  }

  /** Ends the wait of a rank's thread where nothing is to be waited for any more. */
  void closeOnFailure(Closeable connection) {
    loop.execute(
        () -> {
          waited.add(connection);
          failure.ifPresent(waited::closeAll);
        });
  }

  /** Closes what nobody waits in any more. */
  void close(Closeable connection) throws IOException {
    loop.execute(() -> waited.remove(connection));
    connection.close();
  }

  /** Tells all peers on which port this JVM waits for connections for vectors. */
  void tellDoor(String port) {
    loop.execute(() -> tellAll(FrameType.DOOR, port));
  }

  /** What the rank's thread is at in connections of its own. */
  Watch watch() {
    return watch;
  }

  /**
   * What a rank's thread is to fail with that has found something wrong: a peer may have told of
   * the cause, or be about to.
   *
   * @param patience until what the thread has found becomes the failure
   */
  LockstepException outcome(Supplier<LockstepException> found, Duration patience) {
    var unused = loop.schedule(() -> fail(found.get()), patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      LockstepException first = failed.get(stalls.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return new LockstepException(first.kind(), first.getMessage(), first);
    } catch (ExecutionException | TimeoutException e) {
      LockstepException own = found.get();
      own.addSuppressed(e);
      return own;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return found.get();
    }
  }

  /** The failure that a peer has sent what it must not send. */
  LockstepException refused(int jvm, ProtocolException cause) {
    return new LockstepException(
        FailureKind.CLUSTER,
        "Cannot accept a frame of %s: %s".formatted(roster.name(jvm), cause.getMessage()),
        cause);
  }

  /**
   * Does something once nothing is exchanged any more: after a failure, or when this JVM leaves.
   */
  void whenOver(Runnable action) {
    whenOver = action;
    if (failure.isPresent()) {
      action.run();
    }
  }

  /** Tells of the first failure, also where it has been. */
  void whenFailed(Consumer<LockstepException> listener) {
    whenFailed.add(listener);
    failure.ifPresent(listener);
  }

  /**
   * The ranks of this JVM, who are told of a failure, and asked where they are when they are late.
   */
  void serve(MixedGroup ranks) {
    whenFailed(ranks::fail);
    long period = Math.max(1, stalls.warning().toNanos() / 4);
    var unused =
        loop.scheduleAtFixedRate(
            () -> attempt(() -> look(ranks)), period, period, TimeUnit.NANOSECONDS);
  }

  private void look(MixedGroup ranks) {
    if (failure.isEmpty() && !closing) {
      lookout.look(ranks, System.nanoTime() - idleSince);
    }
  }

  /**
   * Starts an operation.
   *
   * @param end hears of its end, and of the failure where it has failed
   */
  void start(Operation operation, Consumer<Optional<LockstepException>> end) {
    if (failure.isPresent()) {
      end.accept(failure);
      return;
    }
    current = Optional.of(operation);
    whenEnded = end;
    attempt(operation::begin);
    links.values().forEach(link -> attempt(link::readOn));
    links.values().stream()
        .filter(link -> link.left() && operation.expects(link.jvm()))
        .findFirst()
        .ifPresent(gone -> fail(lost(gone.jvm(), "it left", Optional.empty())));
    progressed(operation);
  }

  @Override
  public void progressed(Operation operation) {
    if (isUnderWay(operation) && operation.isComplete()) {
      current = Optional.empty();
      ended = operation.number();
      idleSince = System.nanoTime();
      Consumer<Optional<LockstepException>> told = whenEnded;
      whenEnded = ignored -> {}; // a failure that comes now is not that of this operation
      told.accept(Optional.empty());
    }
  }

  @Override
  public Link to(int jvm) {
    return links.get(jvm);
  }

  @Override
  public Staging staging(int jvm) {
    return staging.computeIfAbsent(jvm, unused -> new Staging());
  }

  /** Ends everything with a failure, and tells the peers of it; later ones change nothing. */
  void fail(LockstepException cause) {
    if (failure.isPresent() || closing) {
      return;
    }
    failure = Optional.of(cause);
    failed.complete(cause);
    doors.fail(cause);
    waited.closeAll(cause);
    whenFailed.forEach(listener -> listener.accept(cause));
    whenEnded.accept(failure);
    links.values().forEach(link -> dismiss(link, cause));
    whenOver.run();
  }

  private static void dismiss(Link link, LockstepException cause) {
    link.send(FrameType.ABORT, cause.kind() + " " + cause.getMessage());
    link.closeAfterSending();
  }

  /** Tells of an operation that takes long, if it still does. */
  void warn(Operation operation) {
    if (isUnderWay(operation)) {
      lookout.warn(operation);
    }
  }

  /** Fails an operation that has not ended in time, if it still has not. */
  void giveUp(Operation operation) {
    if (isUnderWay(operation)) {
      fail(lookout.stalled(operation));
    }
  }

  /** Leaves the peers in order. */
  void close() {
    closing = true;
    tellAll(FrameType.LEAVE, "");
    links.values().forEach(Link::closeAfterSending);
    whenOver.run();
  }

  private boolean isUnderWay(Operation operation) {
    return failure.isEmpty() && current.isPresent() && current.get().number() == operation.number();
  }

  private void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      fail(LockstepException.in(e));
    }
  }

  /** The failure that a peer is lost. */
  LockstepException lost(int jvm, String why, Optional<Throwable> cause) {
    String during =
        current
            .map(Operation::occasion)
            .or(() -> watch.isIdle() ? Optional.empty() : Optional.of(watch.occasion()))
            .map(occasion -> " during " + occasion)
            .orElse("");
    return new LockstepException(
        FailureKind.CLUSTER,
        "Lost %s%s: %s"
            .formatted(roster.name(jvm), during, links.get(jvm).left() ? "it left" : why),
        cause.orElse(null));
  }
}
