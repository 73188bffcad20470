package dev.lockstep.worker.collective.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file by which two JVMs of a host come to share memory. It has a name, and so outlives a JVM
 * that is killed, only until both have mapped it. Its first page says what it is:
 *
 * <pre>
 *    0  token, 32 bytes
 *   32  int, bytes of a ring
 *   36  int, bytes of the shortest payload that goes through a ring
 * 1024  long, how far the first ring is read, which the maker writes to
 * 1536  long, frames that the maker has sent
 * 2048  long, how far the second ring is read
 * 2560  long, frames that the other JVM has sent
 * 4096  the rings
 * </pre>
 */
final class SharedFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);
  private static final int RING = 32;
  private static final int LEAST = 36;

  private final Path path;
  private final SharedOffer offer;
  private final Window window;

  private SharedFile(Path path, SharedOffer offer, Window window) {
    this.path = path;
    this.offer = offer;
    this.window = window;
  }

  /**
   * Makes a file that only its owner can open. All its memory is taken at once: where a file system
   * runs full under a mapping, the JVM dies.
   *
   * @throws IOException where there is no such folder, or not twice the room
   */
  static SharedFile make(SharedMemory memory, SecureRandom random) throws IOException {
    long free = Files.getFileStore(memory.folder()).getUsableSpace();
    if (free < 2 * memory.fileBytes()) {
      throw new IOException("%s has only %d bytes left".formatted(memory.folder(), free));
    }
    SharedOffer offer = SharedOffer.random(random);
    Path path = offer.in(memory.folder());
    try (FileChannel file = create(path)) {
      file.write(ByteBuffer.wrap(offer.token()));
      fill(file, memory.fileBytes());
      ByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, memory.fileBytes());
      mapped.putInt(RING, memory.ring()).putInt(LEAST, memory.least());
      return new SharedFile(path, offer, Window.ofMaker(mapped, memory));
    } catch (IOException | RuntimeException | Error e) {
      remove(path);
      throw e;
    }
  }

  private static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Writes zeros from where the file ends. */
  private static void fill(FileChannel file, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
    while (file.position() < bytes) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - file.position()));
      file.write(zeros);
    }
  }

  /**
   * Opens and maps the file of an offer.
   *
   * @throws IOException where there is no such file, or another one than was offered
   */
  static Window find(Path folder, SharedOffer offer) throws IOException {
    Path path = offer.in(folder);
    try (FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer start = ByteBuffer.allocate(SharedMemory.PAGE);
      file.read(start);
      byte[] token = new byte[SharedOffer.TOKEN];
      start.get(0, token);
      SharedMemory memory = new SharedMemory(folder, start.getInt(RING), start.getInt(LEAST));
      if (!MessageDigest.isEqual(token, offer.token()) || file.size() != memory.fileBytes()) {
        throw new IOException("%s is not the file that was offered".formatted(path));
      }
      return Window.ofFinder(
          file.map(FileChannel.MapMode.READ_WRITE, 0, memory.fileBytes()), memory);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s is not the file that was offered".formatted(path), e);
    }
  }

  SharedOffer offer() {
    return offer;
  }

  Window window() {
    return window;
  }

  /** Removes the name of the file; its memory stays as long as somebody has mapped it. */
  @Override
  public void close() {
    remove(path);
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("Cannot remove {}, which nobody needs any more", path, e);
    }
  }
}
