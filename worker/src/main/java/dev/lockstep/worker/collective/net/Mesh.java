package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.worker.collective.MixedGroup;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.StallPolicy;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The connections of one JVM with all peers, and the operation that is under way on them. All that
 * happens here happens on the event loop; the first failure is the last word.
 */
final class Mesh implements Links {
  private final EventLoop loop;
  private final Roster roster;
  private final int self;
  private final AttemptName name;
  private final StallPolicy stalls;
  private final Map<Integer, Link> links = new TreeMap<>();
  private final Map<Integer, Staging> staging = new TreeMap<>();
  private Optional<Operation> current = Optional.empty();
  private Consumer<Optional<LockstepException>> whenEnded = ignored -> {};
  private final List<Consumer<LockstepException>> whenFailed = new ArrayList<>();
  private long ended;
  private long idleSince = System.nanoTime();
  private Optional<LockstepException> failure = Optional.empty();
  private Runnable whenOver = () -> {};
  private boolean closing;
  private long warned;

  // What the threads of ranks use, too.
  private final Watch watch = new Watch();
  private final Map<Integer, CompletableFuture<Integer>> doors = new ConcurrentHashMap<>();
  private final CompletableFuture<LockstepException> failed = new CompletableFuture<>();

  Mesh(EventLoop loop, Roster roster, int self, AttemptName name, StallPolicy stalls) {
    this.loop = loop;
    this.roster = roster;
    this.self = self;
    this.name = name;
    this.stalls = stalls;
  }

  /** Makes a connection with a peer, who has proved who it is, part of the mesh. */
  void add(int jvm, Channel channel, FrameReader reader) {
    links.put(jvm, new Link(jvm, channel, reader, name));
    attempt(() -> reader.serve(new Peer(jvm), channel));
  }

  boolean isConnectedTo(int jvm) {
    return links.containsKey(jvm);
  }

  boolean isComplete() {
    return links.size() == roster.size() - 1;
  }

  /** What the rank's thread is at in connections of its own. */
  Watch watch() {
    return watch;
  }

  /** Tells all peers on which port this JVM waits for connections for vectors. */
  void tellDoor(int port) {
    loop.execute(
        () -> links.values().forEach(link -> link.send(FrameType.DOOR, String.valueOf(port))));
  }

  /** The port that a peer has told. */
  int doorOf(int jvm, long nanos) throws IOException {
    try {
      return door(jvm).get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("%s does not say where to call it".formatted(roster.name(jvm)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private CompletableFuture<Integer> door(int jvm) {
    return doors.computeIfAbsent(jvm, unused -> new CompletableFuture<>());
  }

  /**
   * What a rank's thread is to fail with that has found something wrong: a peer may have told of
   * the cause, or be about to.
   *
   * @param patience until what the thread has found becomes the failure
   */
  LockstepException outcome(LockstepException found, Duration patience) {
    var unused = loop.schedule(() -> fail(found), patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      LockstepException first = failed.get(stalls.timeout().toNanos(), TimeUnit.NANOSECONDS);
      return new LockstepException(first.kind(), first.getMessage(), first);
    } catch (ExecutionException | TimeoutException e) {
      found.addSuppressed(e);
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return found;
    }
  }

  /** The failure that a peer is lost, found by a rank's thread. */
  LockstepException lost(int jvm, Throwable cause) {
    return lost(jvm, String.valueOf(cause.getMessage()), Optional.of(cause));
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
    var unused = loop.scheduleAtFixedRate(() -> look(ranks), period, period, TimeUnit.NANOSECONDS);
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
      whenEnded.accept(Optional.empty());
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
    for (Link link : links.values()) {
      link.send(FrameType.ABORT, cause.kind() + " " + cause.getMessage());
      link.closeAfterSending();
    }
    whenOver.run();
    failed.complete(cause);
    doors.values().forEach(door -> door.completeExceptionally(cause));
    whenFailed.forEach(listener -> listener.accept(cause));
    whenEnded.accept(failure);
  }

  /** Tells of an operation that takes long, if it still does. */
  void warn(Operation operation) {
    if (isUnderWay(operation)) {
      stalls.listener().accept(late(operation.occasion(), missing()));
    }
  }

  /** Fails an operation that has not ended in time, if it still has not. */
  void giveUp(Operation operation) {
    if (isUnderWay(operation)) {
      fail(stalled(operation.occasion(), missing()));
    }
  }

  private String late(Occasion occasion, String missing) {
    return "Waiting for %s since %s: it lacks %s"
        .formatted(occasion, Waiting.text(stalls.warning()), missing);
  }

  private LockstepException stalled(Occasion occasion, String missing) {
    return new LockstepException(
        FailureKind.CLUSTER,
        "Failed to complete %s within %s: %s waited for %s"
            .formatted(occasion, Waiting.text(stalls.timeout()), roster.name(self), missing));
  }

  /** Leaves the peers in order. */
  void close() {
    closing = true;
    for (Link link : links.values()) {
      link.send(FrameType.LEAVE, "");
      link.closeAfterSending();
    }
    whenOver.run();
  }

  /** Who keeps the operation that is under way from ending, and what they are at. */
  String missing() {
    return current.map(Operation::missing).orElse(List.of()).stream()
        .map(this::describe)
        .collect(Collectors.joining("; "));
  }

  private boolean isUnderWay(Operation operation) {
    return failure.isEmpty() && current.isPresent() && current.get().number() == operation.number();
  }

  private String describe(int jvm) {
    long fresh = System.nanoTime() - stalls.warning().toNanos();
    return links
        .get(jvm)
        .status()
        .filter(status -> status.nanos() - fresh > 0)
        .map(status -> "%s (%s)".formatted(status.text(), roster.jvms().get(jvm)))
        .orElseGet(() -> roster.name(jvm) + ", whose JVM does not answer");
  }

  /**
   * Looks at the operation of the rank's thread, which may be late; and tells the peers, who may be
   * waiting, where the ranks are, where nothing has happened here for a while.
   */
  private void look(MixedGroup ranks) {
    if (failure.isPresent() || closing) {
      return;
    }
    boolean idle = watch.isIdle();
    long age = Math.min(watch.age(), System.nanoTime() - idleSince);
    if (age > stalls.warning().toNanos() / 2) {
      String text = situation(ranks);
      links.values().forEach(link -> link.send(FrameType.STATUS, text));
    }
    if (!idle && watch.age() > stalls.timeout().toNanos()) {
      fail(stalled(watch.occasion(), describe(watch.awaited())));
    } else if (!idle
        && watch.age() > stalls.warning().toNanos()
        && warned < watch.operation()
        && stalls.warning().compareTo(stalls.timeout()) < 0) {
      warned = watch.operation();
      stalls.listener().accept(late(watch.occasion(), describe(watch.awaited())));
    }
  }

  private String situation(MixedGroup ranks) {
    if (!watch.isIdle()) {
      return waiting(List.of(watch.awaited()));
    }
    return current.map(operation -> waiting(operation.missing())).orElseGet(ranks::missing);
  }

  private String waiting(List<Integer> awaited) {
    return "%s, which waits for %s".formatted(roster.name(self), roster.names(awaited));
  }

  private void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      fail(LockstepException.in(e));
    }
  }

  private LockstepException lost(int jvm, String why, Optional<Throwable> cause) {
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

  /** Takes the frames of one peer. */
  private final class Peer implements FrameReader.Receiver {
    private final int jvm;

    Peer(int jvm) {
      this.jvm = jvm;
    }

    @Override
    public Optional<FrameReader.Destination> begin(FrameHeader header) {
      if (!header.type().isData()) {
        return Optional.of(new Control(header));
      }
      long due = current.map(Operation::number).orElse(ended);
      if (header.operation() > due) { // the peer is ahead
        links.get(jvm).hold();
        return Optional.empty();
      }
      if (current.isEmpty() || header.operation() != due) {
        throw new ProtocolException(
            "it belongs to operation %d, and operation %d is under way"
                .formatted(header.operation(), due));
      }
      links.get(jvm).setStatus(Optional.empty());
      return Optional.of(current.get().accept(jvm, header));
    }

    @Override
    public void closed() {
      if (!links.get(jvm).left()) {
        fail(lost(jvm, "its connection was closed", Optional.empty()));
      }
    }

    @Override
    public void failed(Throwable cause) {
      fail(
          cause instanceof ProtocolException refused
              ? refused(jvm, refused)
              : lost(jvm, String.valueOf(cause.getMessage()), Optional.of(cause)));
    }

    private final class Control extends Gathered {
      private final FrameType type;

      Control(FrameHeader header) {
        super(header.payload());
        this.type = header.type();
      }

      @Override
      void complete(ByteBuffer payload) {
        String text = StandardCharsets.UTF_8.decode(payload).toString();
        switch (type) {
          case ABORT -> fail(told(text));
          case LEAVE -> leave();
          case DOOR -> door(jvm).complete(port(text));
          default ->
              links.get(jvm).setStatus(Optional.of(new Link.Status(text, System.nanoTime())));
        }
      }

      private static int port(String text) {
        try {
          return Integer.parseInt(text);
        } catch (NumberFormatException e) {
          throw new ProtocolException("'%s' is no port".formatted(text));
        }
      }

      private void leave() {
        links.get(jvm).markLeft();
        if (current.isPresent() && current.get().expects(jvm)) {
          fail(lost(jvm, "it left", Optional.empty()));
        }
      }

      private LockstepException told(String text) {
        String[] kindAndMessage = text.split(" ", 2);
        FailureKind kind =
            Arrays.stream(FailureKind.values())
                .filter(known -> known.name().equals(kindAndMessage[0]))
                .findFirst()
                .orElse(FailureKind.CLUSTER);
        return new LockstepException(kind, kindAndMessage[kindAndMessage.length - 1]);
      }
    }
  }
}
