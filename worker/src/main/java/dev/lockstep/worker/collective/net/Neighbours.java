package dev.lockstep.worker.collective.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How two JVMs that have proved who they are find out whether they share memory. Who has called
 * offers a file, if both ends of the connection have the same address; the other one says whether
 * it has found it, with the token that was told in it. Both fixed in length:
 *
 * <pre>
 * caller    name and token of a file, 48 bytes; 0 where it offers none
 * listener  1 where it has mapped the file, else 0
 * </pre>
 *
 * Where anything speaks against it, vectors go through the connection; whoever shares memory and
 * could not do so with a peer at its own address says why.
 */
final class Neighbours {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
  private static final byte[] YES = {1};
  private static final byte[] NO = {0};

  private final Optional<SharedMemory> memory;
  private final SecureRandom random;

  Neighbours(Optional<SharedMemory> memory, SecureRandom random) {
    this.memory = memory;
    this.random = random;
  }

  /**
   * The caller's end.
   *
   * @param name of the peer
   */
  Optional<Window> offer(TimedChannel peer, String name) throws IOException {
    Optional<SharedFile> file = isOnThisHost(peer.channel()) ? make(name) : Optional.empty();
    if (file.isEmpty()) {
      peer.write(SharedOffer.NONE.bytes());
      peer.read(NO.length);
      return Optional.empty();
    }
    try (SharedFile offered = file.get()) {
      peer.write(offered.offer().bytes());
      if (peer.read(YES.length)[0] == YES[0]) {
        return Optional.of(Window.ofMaker(offered.memory(), memory.orElseThrow()));
      }
    }
    LOG.info("Cannot share memory with {}: it has not mapped the file that it was offered", name);
    return Optional.empty();
  }

  /**
   * The listener's end.
   *
   * @param name of the peer
   */
  Optional<Window> answer(TimedChannel peer, String name) throws IOException {
    SharedOffer offer = SharedOffer.of(peer.read(SharedOffer.BYTES));
    Optional<Window> window =
        offer.isNone() || !isOnThisHost(peer.channel()) ? Optional.empty() : find(offer, name);
    peer.write(window.isPresent() ? YES : NO);
    return window;
  }

  private Optional<SharedFile> make(String name) {
    try {
      SharedMemory own = memory.orElseThrow();
      return Optional.of(SharedFile.make(own.folder(), own.fileBytes(), random));
    } catch (IOException | RuntimeException e) {
      return without(name, e);
    }
  }

  private Optional<Window> find(SharedOffer offer, String name) {
    try {
      SharedMemory own = memory.orElseThrow();
      ByteBuffer file = SharedFile.find(own.folder(), offer, own.fileBytes());
      return Optional.of(Window.ofFinder(file, own));
    } catch (IOException | RuntimeException e) {
      return without(name, e);
    }
  }

  /** Says why memory is not shared with whom. */
  static <T> Optional<T> without(String name, Exception why) {
    LOG.info("Cannot share memory with {}: {}", name, reason(why));
    LOG.debug("Why memory is not shared with {}", name, why);
    return Optional.empty();
  }

  /** The message of an exception of the file system may be no more than the path. */
  private static String reason(Exception why) {
    if (why instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
    }
    if (why instanceof AccessDeniedException denied) {
      return "permission denied for " + denied.getFile();
    }
    return String.valueOf(why.getMessage());
  }

  /** Hosts have addresses of their own, and so have namespaces that have a network of their own. */
  private boolean isOnThisHost(SocketChannel channel) throws IOException {
    InetSocketAddress own = (InetSocketAddress) channel.getLocalAddress();
    InetSocketAddress other = (InetSocketAddress) channel.getRemoteAddress();
    return memory.isPresent() && own.getAddress().equals(other.getAddress());
  }
}
