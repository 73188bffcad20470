package dev.lockstep.driver.bench.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * One plain, blocking connection between each pair of processes, without any protocol. Every
 * process connects to those before it and accepts those after it.
 */
final class SocketMesh implements AutoCloseable {
  private static final int SEND_BUFFER = 1 << 20;

  private final int rank;
  private final ServerSocketChannel listener;
  private SocketChannel[] peers = new SocketChannel[0];

  /**
   * Listens on a port that the system chooses.
   *
   * @param host the address of this process
   */
  SocketMesh(int rank, String host) throws IOException {
    this.rank = rank;
    this.listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(host, 0));
  }

  int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  /**
   * Connects with all others.
   *
   * @param addresses of all processes in the order of their ranks, this one included
   */
  void connect(List<InetSocketAddress> addresses) throws IOException {
    peers = new SocketChannel[addresses.size()];
    for (int peer = 0; peer < rank; peer++) {
      peers[peer] = SocketChannel.open(addresses.get(peer));
      write(peers[peer], ByteBuffer.allocate(1).put((byte) rank).flip());
    }
    for (int accepted = rank + 1; accepted < peers.length; accepted++) {
      SocketChannel channel = listener.accept();
      ByteBuffer name = ByteBuffer.allocate(1);
      read(channel, name);
      peers[name.get(0)] = channel;
    }
    for (SocketChannel channel : peers) {
      if (channel != null) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
      }
    }
    listener.close();
  }

  int rank() {
    return rank;
  }

  int size() {
    return peers.length;
  }

  /** Bytes that every connection takes although its other end does not read. */
  int buffered() throws IOException {
    int least = SEND_BUFFER;
    for (SocketChannel channel : peers) {
      if (channel != null) {
        least = Math.min(least, channel.getOption(StandardSocketOptions.SO_SNDBUF));
      }
    }
    return least;
  }

  /** Sends all that remains in a buffer. */
  void send(int peer, ByteBuffer bytes) throws IOException {
    write(peers[peer], bytes);
  }

  /** Fills what remains of a buffer. */
  void receive(int peer, ByteBuffer bytes) throws IOException {
    read(peers[peer], bytes);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SocketChannel channel : peers) {
      if (channel != null) {
        channel.close();
      }
    }
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void read(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("Failed to read: the other process has closed the connection");
      }
    }
  }
}
