package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How connections come about: a JVM calls those that stand before it in the roster and is called by
 * those after it. Peers may call before the roster is known here; who has proved that he belongs
 * here waits. The door closes when all have come.
 */
final class Doorway {
  private static final Logger LOG = LoggerFactory.getLogger(Doorway.class);
  private static final long RETRY_MILLIS = 200;

  /** Connections without proof at a time; the oldest of more is closed. */
  private static final int UNPROVED = 256;

  private final EventLoopGroup thread;
  private final EventLoop loop;
  private final Credentials credentials;
  private final NetSettings settings;
  private final Optional<Encryption> encryption;
  private final AtomicInteger refused = new AtomicInteger();
  private final CompletableFuture<Void> connected = new CompletableFuture<>();

  // All below belongs to the event loop.
  private final Set<Channel> unproved = new LinkedHashSet<>();
  private final Map<UUID, Arrival> waiting = new LinkedHashMap<>();
  private final Map<Integer, String> lastFailures = new LinkedHashMap<>();
  private Optional<Mesh> mesh = Optional.empty();
  private Optional<Channel> listener = Optional.empty();
  private List<UUID> ids = List.of();

  Doorway(
      EventLoopGroup thread,
      Credentials credentials,
      NetSettings settings,
      Optional<Encryption> encryption) {
    this.thread = thread;
    this.loop = thread.next();
    this.credentials = credentials;
    this.settings = settings;
    this.encryption = encryption;
  }

  int refused() {
    return refused.get();
  }

  ChannelFuture listen(InetSocketAddress address) {
    ChannelFuture bound =
        Transport.listener(thread, settings).childHandler(initializer(this::answer)).bind(address);
    bound.addListener((ChannelFutureListener) future -> listener = Optional.of(future.channel()));
    return bound;
  }

  /**
   * Connects the mesh with all peers, and waits for it.
   *
   * @throws LockstepException of kind CLUSTER where a peer is not connected in time; the mesh has
   *     failed with it
   */
  void connect(Mesh newMesh, Roster roster, int self) {
    long deadline = System.nanoTime() + settings.connectTimeout().toNanos();
    loop.execute(() -> begin(newMesh, roster, self, deadline));
    try {
      connected.get(
          settings.connectTimeout().plus(settings.stalls().timeout()).toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LockstepException(
          FailureKind.INTERNAL,
          "Failed to connect %s: its event loop does not answer".formatted(roster.name(self)),
          e);
    } catch (ExecutionException e) {
      LockstepException cause = LockstepException.in(e);
      throw new LockstepException(cause.kind(), cause.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LockstepException interrupted =
          new LockstepException(
              FailureKind.INTERRUPTED,
              "Interrupted %s while it was connecting".formatted(roster.name(self)),
              e);
      loop.execute(() -> newMesh.fail(interrupted));
      throw interrupted;
    }
  }

  private void begin(Mesh newMesh, Roster roster, int self, long deadline) {
    mesh = Optional.of(newMesh);
    newMesh.whenFailed(connected::completeExceptionally);
    ids = roster.jvms().stream().map(jvm -> UUID.fromString(jvm.id())).toList();
    IntStream.range(0, self).forEach(jvm -> call(jvm, roster.jvms().get(jvm)));
    Map<UUID, Arrival> early = new LinkedHashMap<>(waiting);
    waiting.clear();
    early.forEach(this::admit);
    closeIfComplete();
    var unused =
        loop.schedule(
            () -> giveUp(newMesh, roster, self),
            deadline - System.nanoTime(),
            TimeUnit.NANOSECONDS);
  }

  private void giveUp(Mesh late, Roster roster, int self) {
    if (!connected.isDone()) {
      late.fail(
          new LockstepException(
              FailureKind.CLUSTER,
              "Failed to connect %s to %s within %s"
                  .formatted(
                      roster.name(self),
                      missing(late, roster, self),
                      Waiting.text(settings.connectTimeout()))));
    }
  }

  private String missing(Mesh late, Roster roster, int self) {
    return IntStream.range(0, roster.size())
        .filter(jvm -> jvm != self && !late.isConnectedTo(jvm))
        .mapToObj(jvm -> roster.name(jvm) + reason(jvm))
        .collect(Collectors.joining(", "));
  }

  private String reason(int jvm) {
    return Optional.ofNullable(lastFailures.get(jvm)).map(why -> " (" + why + ")").orElse("");
  }

  private void answer(Channel channel) {
    encryption.ifPresent(tls -> channel.pipeline().addLast(tls.listenerEnd(channel.alloc())));
    unproved.add(channel);
    if (unproved.size() > UNPROVED) {
      Channel oldest = unproved.iterator().next();
      unproved.remove(oldest); // it says that it is closed only after more may have come
      cut(oldest);
    }
    channel
        .pipeline()
        .addLast(
            Handshake.NAME,
            credentials.listenerEnd(
                new Handshake.Outcome() {
                  @Override
                  public void proved(UUID other) {
                    unproved.remove(channel);
                    arrive(other, channel);
                  }

                  @Override
                  public void refused(String why) {
                    unproved.remove(channel);
                    refused.incrementAndGet();
                    LOG.warn("Refused {}: {}", channel.remoteAddress(), why);
                  }
                }));
  }

  private void call(int jvm, JvmAddress address) {
    Bootstrap caller =
        Transport.caller(thread, settings)
            .handler(initializer(channel -> introduce(channel, jvm, address)));
    caller
        .connect(address.host(), address.port())
        .addListener(
            (ChannelFutureListener)
                future -> {
                  if (!future.isSuccess()) {
                    callAgain(jvm, address, String.valueOf(future.cause().getMessage()));
                  }
                });
  }

  private void introduce(Channel channel, int jvm, JvmAddress address) {
    encryption.ifPresent(tls -> channel.pipeline().addLast(tls.callerEnd(channel.alloc())));
    channel
        .pipeline()
        .addLast(
            Handshake.NAME,
            credentials.callerEnd(
                UUID.fromString(address.id()),
                new Handshake.Outcome() {
                  @Override
                  public void proved(UUID other) {
                    arrive(other, channel);
                  }

                  @Override
                  public void refused(String why) {
                    callAgain(jvm, address, why);
                  }
                }));
  }

  private void callAgain(int jvm, JvmAddress address, String why) {
    lastFailures.put(jvm, why);
    if (!connected.isDone() && !loop.isShuttingDown()) {
      var unused = loop.schedule(() -> call(jvm, address), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Somebody who has proved that he belongs to the attempt; his frames wait. */
  private record Arrival(Channel channel, FrameReader reader) {}

  private void arrive(UUID id, Channel channel) {
    FrameReader reader = new FrameReader(credentials.name());
    channel.pipeline().addLast(reader);
    channel.pipeline().remove(Handshake.NAME);
    admit(id, new Arrival(channel, reader));
  }

  private void admit(UUID id, Arrival arrival) {
    if (mesh.isEmpty()) { // who calls again has given up his earlier call
      Optional.ofNullable(waiting.put(id, arrival)).ifPresent(earlier -> cut(earlier.channel()));
      return;
    }
    int jvm = ids.indexOf(id);
    if (jvm < 0 || mesh.get().isConnectedTo(jvm)) {
      cut(arrival.channel());
      return;
    }
    mesh.get().add(jvm, arrival.channel(), arrival.reader());
    closeIfComplete();
  }

  private static void cut(Channel channel) {
    var unused = channel.close();
  }

  private void closeIfComplete() {
    if (mesh.isPresent() && mesh.get().isComplete()) {
      listener.ifPresent(Doorway::cut);
      List.copyOf(unproved).forEach(Doorway::cut);
      connected.complete(null);
    }
  }

  private static ChannelInitializer<Channel> initializer(Consumer<Channel> pipeline) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        pipeline.accept(channel);
      }
    };
  }
}
