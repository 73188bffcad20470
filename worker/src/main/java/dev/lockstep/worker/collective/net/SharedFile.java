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
 * The file by which JVMs of a host come to share memory. It has a name, and so outlives a JVM that
 * is killed, only until all have mapped it. It begins with the token of its offer; what follows is
 * for those who share it.
 */
final class SharedFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);

  private final Path path;
  private final SharedOffer offer;
  private final ByteBuffer memory;

  private SharedFile(Path path, SharedOffer offer, ByteBuffer memory) {
    this.path = path;
    this.offer = offer;
    this.memory = memory;
  }

  /**
   * Makes a file that only its owner can open. All its memory is taken at once: where a file system
   * runs full under a mapping, the JVM dies.
   *
   * @param bytes of the file, all but the token zeros
   * @throws IOException where there is no such folder, or not twice the room
   */
  static SharedFile make(Path folder, int bytes, SecureRandom random) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < 2L * bytes) {
      throw new IOException("%s has only %d bytes left".formatted(folder, free));
    }
    SharedOffer offer = SharedOffer.random(random);
    Path path = offer.in(folder);
    try (FileChannel file = create(path)) {
      file.write(ByteBuffer.wrap(offer.token()));
      fill(file, bytes);
      return new SharedFile(path, offer, file.map(FileChannel.MapMode.READ_WRITE, 0, bytes));
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
   * @param bytes of the file that is expected
   * @throws IOException where there is no such file, or another one than was offered
   */
  static ByteBuffer find(Path folder, SharedOffer offer, int bytes) throws IOException {
    Path path = offer.in(folder);
    try (FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer token = ByteBuffer.allocate(SharedOffer.TOKEN);
      file.read(token);
      if (!MessageDigest.isEqual(token.array(), offer.token()) || file.size() != bytes) {
        throw new IOException("%s is not the file that was offered".formatted(path));
      }
      return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
    }
  }

  SharedOffer offer() {
    return offer;
  }

  /** The whole file. */
  ByteBuffer memory() {
    return memory;
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
