package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.worker.collective.MixedGroup;
import dev.lockstep.worker.collective.StallPolicy;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
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
  private boolean closing;

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
            () -> tellWhereRanksAre(ranks), period, period, TimeUnit.NANOSECONDS);
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
    whenFailed.forEach(listener -> listener.accept(cause));
    whenEnded.accept(failure);
  }

  /** Tells of an operation that takes long, if it still does. */
  void warn(Operation operation) {
    if (isUnderWay(operation)) {
      stalls
          .listener()
          .accept(
              "Waiting for %s since %s: it lacks %s"
                  .formatted(operation.occasion(), Waiting.text(stalls.warning()), missing()));
    }
  }

  /** Fails an operation that has not ended in time, if it still has not. */
  void giveUp(Operation operation) {
    if (isUnderWay(operation)) {
      fail(
          new LockstepException(
              FailureKind.CLUSTER,
              "Failed to complete %s within %s: %s waited for %s"
                  .formatted(
                      operation.occasion(),
                      Waiting.text(stalls.timeout()),
                      roster.name(self),
                      missing())));
    }
  }

  /** Leaves the peers in order. */
  void close() {
    closing = true;
    for (Link link : links.values()) {
      link.send(FrameType.LEAVE, "");
      link.closeAfterSending();
    }
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

  /** Ranks that come late to an operation keep others waiting, who want to know where they are. */
  private void tellWhereRanksAre(MixedGroup ranks) {
    long idle = System.nanoTime() - idleSince;
    if (current.isEmpty() && !closing && idle > stalls.warning().toNanos() / 2) {
      String text = ranks.missing();
      links.values().forEach(link -> link.send(FrameType.STATUS, text));
    }
  }

  private void attempt(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      fail(LockstepException.in(e));
    }
  }

  private LockstepException lost(int jvm, String why, Optional<Throwable> cause) {
    String during = current.map(operation -> " during " + operation.occasion()).orElse("");
    return new LockstepException(
        FailureKind.CLUSTER,
        "Lost %s%s: %s".formatted(roster.name(jvm), during, why),
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
          cause instanceof ProtocolException
              ? new LockstepException(
                  FailureKind.CLUSTER,
                  "Cannot accept a frame of %s: %s".formatted(roster.name(jvm), cause.getMessage()),
                  cause)
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
          default ->
              links.get(jvm).setStatus(Optional.of(new Link.Status(text, System.nanoTime())));
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
