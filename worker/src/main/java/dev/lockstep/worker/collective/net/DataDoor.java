package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the connections on which vectors go, once those for messages are there: a JVM tells its
 * peers over the latter on which port it waits, calls those before it, and is called by those after
 * it. Both ends prove again who they are, in the words of {@link Handshake}.
 */
final class DataDoor {
  private static final Logger LOG = LoggerFactory.getLogger(DataDoor.class);

  private static final int BACKLOG = 1024;

  private static final Duration RETRY = Duration.ofMillis(200);

  /** A peer that knows the port is alive and waits for nothing: it proves at once who it is. */
  private static final int PROOF_MILLIS = 1000;

  private final Mesh mesh;
  private final Roster roster;
  private final int self;
  private final Credentials credentials;
  private final NetSettings settings;
  private final Neighbours neighbours;
  private final long deadline;
  private final Map<Integer, DataChannel> channels = new TreeMap<>();

  DataDoor(Mesh mesh, Roster roster, int self, Credentials credentials, NetSettings settings) {
    this.mesh = mesh;
    this.roster = roster;
    this.self = self;
    this.credentials = credentials;
    this.settings = settings;
    this.neighbours = new Neighbours(settings.tuning().shared(), credentials.random());
    this.deadline = System.nanoTime() + settings.connectTimeout().toNanos();
  }

  /**
   * The connections with all peers.
   *
   * @throws LockstepException of kind CLUSTER where one does not come about in time
   */
  DataConnections open() {
    try (ServerSocketChannel door = ServerSocketChannel.open()) {
      door.bind(new InetSocketAddress(settings.host(), 0), BACKLOG);
      mesh.closeOnFailure(door);
      mesh.tellDoor(String.valueOf(door.socket().getLocalPort()));
      for (int peer = 0; peer < self; peer++) {
        callUntilAnswered(peer);
      }
      while (channels.size() < roster.size() - 1) {
        answer(door);
      }
      return new DataConnections(channels, termsOfAll());
    } catch (IOException e) {
      throw new LockstepException(
          Thread.currentThread().isInterrupted() ? FailureKind.INTERRUPTED : FailureKind.CLUSTER,
          "Failed to connect %s to its peers for data: %s"
              .formatted(roster.name(self), e.getMessage()),
          e);
    }
  }

  /** All JVMs tell each other their terms; the least of them are for all. */
  private Terms termsOfAll() throws IOException {
    int buffer = settings.tuning().sendBuffer();
    Terms own =
        channels.values().stream()
            .map(channel -> channel.terms(buffer))
            .reduce(Terms::and)
            .orElse(new Terms(buffer, true));
    for (DataChannel channel : channels.values()) {
      channel.tell(own);
    }
    Terms least = own;
    for (Map.Entry<Integer, DataChannel> peer : channels.entrySet()) {
      try {
        least = least.and(peer.getValue().hear(deadline));
      } catch (ProtocolException | IOException e) {
        String name = roster.name(peer.getKey());
        throw new IOException(
            "%s does not say how much it takes: %s".formatted(name, e.getMessage()), e);
      }
    }
    return least;
  }

  /** A listener that found this JVM slow may have taken it for a stranger. */
  private void callUntilAnswered(int peer) throws IOException {
    while (!channels.containsKey(peer)) {
      try {
        call(peer);
      } catch (EOFException | SocketException e) {
        LOG.warn("Cut off by {}, calling again", roster.name(peer), e);
        LockSupport.parkNanos(Math.min(RETRY.toNanos(), millisLeft() * 1_000_000L));
      }
    }
  }

  private void call(int peer) throws IOException {
    JvmAddress address = roster.jvms().get(peer);
    int port = mesh.doors().await(peer, deadline - System.nanoTime());
    SocketChannel channel = SocketChannel.open();
    mesh.closeOnFailure(channel);
    try {
      configure(channel);
      channel.socket().connect(new InetSocketAddress(address.host(), port), millisLeft());
      TimedChannel proven = new TimedChannel(channel, deadline);
      introduce(proven, address);
      Optional<Window> window = neighbours.offer(proven, roster.name(peer));
      channels.put(peer, new DataChannel(channel, credentials.name(), window));
    } catch (IOException | RuntimeException | Error e) {
      mesh.close(channel);
      throw e;
    }
  }

  private void introduce(TimedChannel peer, JvmAddress address) throws IOException {
    UUID listener = UUID.fromString(address.id());
    byte[] own = credentials.nonce();
    peer.write(own);
    byte[] other = peer.read(Credentials.NONCE);
    peer.write(Credentials.bytes(credentials.self()));
    peer.write(credentials.proof("data caller", credentials.self(), listener, own, other));
    byte[] expected = credentials.proof("data listener", credentials.self(), listener, own, other);
    if (!MessageDigest.isEqual(peer.read(Credentials.PROOF), expected)) {
      throw new IOException("%s does not know the key of this attempt".formatted(address));
    }
  }

  private void answer(ServerSocketChannel door) throws IOException {
    door.socket().setSoTimeout(millisLeft());
    Socket socket;
    try {
      socket = door.socket().accept();
    } catch (SocketTimeoutException e) {
      throw new IOException("%s did not call in time".formatted(missing()), e);
    }
    SocketChannel channel = socket.getChannel();
    mesh.closeOnFailure(channel);
    configure(channel);
    try {
      admit(channel);
    } catch (IOException e) {
      LOG.warn("Refused {}: {}", socket.getRemoteSocketAddress(), e.getMessage());
      mesh.close(channel);
    }
  }

  private void admit(SocketChannel channel) throws IOException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PROOF_MILLIS);
    TimedChannel peer = new TimedChannel(channel, until);
    byte[] other = peer.read(Credentials.NONCE);
    byte[] own = credentials.nonce();
    peer.write(own);
    UUID caller = Credentials.id(peer.read(Credentials.ID));
    byte[] expected = credentials.proof("data caller", caller, credentials.self(), other, own);
    int jvm = roster.indexOf(caller.toString());
    if (!MessageDigest.isEqual(peer.read(Credentials.PROOF), expected)
        || jvm <= self
        || channels.containsKey(jvm)) {
      throw new IOException("it does not belong to this attempt");
    }
    peer.write(credentials.proof("data listener", caller, credentials.self(), other, own));
    TimedChannel proven = new TimedChannel(channel, deadline); // it may be slow to make its offer
    Optional<Window> window = neighbours.answer(proven, roster.name(jvm));
    channels.put(jvm, new DataChannel(channel, credentials.name(), window));
  }

  private void configure(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    int wanted = settings.tuning().sendBuffer();
    channel.setOption(StandardSocketOptions.SO_SNDBUF, wanted);
    int given = channel.getOption(StandardSocketOptions.SO_SNDBUF);
    if (given < wanted) {
      throw new IOException(
          "send buffers of the system are at most %d bytes but must be at least %d"
              .formatted(given, wanted));
    }
  }

  private String missing() {
    return roster.names(
        IntStream.range(0, roster.size())
            .filter(jvm -> jvm != self && !channels.containsKey(jvm))
            .boxed()
            .toList());
  }

  private int millisLeft() throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw new IOException("%s did not connect in time".formatted(missing()));
    }
    return (int) millis;
  }
}
