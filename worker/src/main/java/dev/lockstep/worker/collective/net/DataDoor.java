package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the connections on which vectors go, once those for messages are there: a JVM tells its
 * peers over the latter on which port it waits, calls those before it, and is called by those after
 * it. Both ends prove again who they are, in the words of {@link Handshake}.
 */
final class DataDoor {
  private static final Logger LOG = LoggerFactory.getLogger(DataDoor.class);

  /** A peer that knows the port is alive and waits for nothing: it answers at once. */
  private static final int ANSWER_MILLIS = 1000;

  private final Mesh mesh;
  private final Roster roster;
  private final int self;
  private final Credentials credentials;
  private final NetSettings settings;
  private final long deadline;
  private final Map<Integer, DataChannel> channels = new TreeMap<>();

  DataDoor(Mesh mesh, Roster roster, int self, Credentials credentials, NetSettings settings) {
    this.mesh = mesh;
    this.roster = roster;
    this.self = self;
    this.credentials = credentials;
    this.settings = settings;
    this.deadline = System.nanoTime() + settings.connectTimeout().toNanos();
  }

  /**
   * The connections with all peers, by their numbers.
   *
   * @throws LockstepException of kind CLUSTER where one does not come about in time
   */
  Map<Integer, DataChannel> open() {
    try (ServerSocketChannel door = ServerSocketChannel.open()) {
      door.bind(new InetSocketAddress(settings.host(), 0), roster.size());
      mesh.closeOnFailure(door);
      mesh.tellDoor(String.valueOf(door.socket().getLocalPort()));
      for (int peer = 0; peer < self; peer++) {
        call(peer);
      }
      while (channels.size() < roster.size() - 1) {
        answer(door);
      }
      return channels;
    } catch (IOException e) {
      throw new LockstepException(
          Thread.currentThread().isInterrupted() ? FailureKind.INTERRUPTED : FailureKind.CLUSTER,
          "Failed to connect %s to its peers for data: %s"
              .formatted(roster.name(self), e.getMessage()),
          e);
    }
  }

  private void call(int peer) throws IOException {
    JvmAddress address = roster.jvms().get(peer);
    int port = mesh.doors().await(peer, deadline - System.nanoTime());
    SocketChannel channel = SocketChannel.open();
    configure(channel);
    channel.socket().connect(new InetSocketAddress(address.host(), port), millisLeft());
    channel.socket().setSoTimeout(millisLeft()); // the peer may still be calling others
    UUID listener = UUID.fromString(address.id());
    byte[] own = credentials.nonce();
    channel.socket().getOutputStream().write(own);
    byte[] other = read(channel, Credentials.NONCE);
    channel.socket().getOutputStream().write(Credentials.bytes(credentials.self()));
    channel
        .socket()
        .getOutputStream()
        .write(credentials.proof("data caller", credentials.self(), listener, own, other));
    byte[] expected = credentials.proof("data listener", credentials.self(), listener, own, other);
    if (!MessageDigest.isEqual(read(channel, Credentials.PROOF), expected)) {
      throw new IOException("%s does not know the key of this attempt".formatted(address));
    }
    channels.put(peer, new DataChannel(channel, credentials.name()));
  }

  private void answer(ServerSocketChannel door) throws IOException {
    door.socket().setSoTimeout(millisLeft());
    Socket socket;
    try {
      socket = door.socket().accept();
    } catch (SocketTimeoutException e) {
      throw new IOException("a peer did not call in time", e);
    }
    try {
      admit(socket.getChannel());
    } catch (IOException e) {
      LOG.warn("Refused {}: {}", socket.getRemoteSocketAddress(), e.getMessage());
      socket.close();
    }
  }

  private void admit(SocketChannel channel) throws IOException {
    configure(channel);
    channel.socket().setSoTimeout(ANSWER_MILLIS);
    byte[] other = read(channel, Credentials.NONCE);
    byte[] own = credentials.nonce();
    channel.socket().getOutputStream().write(own);
    UUID caller = Credentials.id(read(channel, Credentials.ID));
    byte[] expected = credentials.proof("data caller", caller, credentials.self(), other, own);
    int jvm = roster.indexOf(caller.toString());
    if (!MessageDigest.isEqual(read(channel, Credentials.PROOF), expected)
        || jvm <= self
        || channels.containsKey(jvm)) {
      throw new IOException("it does not belong to this attempt");
    }
    channel
        .socket()
        .getOutputStream()
        .write(credentials.proof("data listener", caller, credentials.self(), other, own));
    channels.put(jvm, new DataChannel(channel, credentials.name()));
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

  private static byte[] read(SocketChannel channel, int length) throws IOException {
    byte[] bytes = new byte[length];
    new DataInputStream(channel.socket().getInputStream()).readFully(bytes);
    return bytes;
  }

  private int millisLeft() throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw new IOException("a peer did not connect in time");
    }
    return (int) millis;
  }
}
