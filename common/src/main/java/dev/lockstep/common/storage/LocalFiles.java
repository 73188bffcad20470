package dev.lockstep.common.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Files of a POSIX system: rename for what replaces, a hard link for what must not (unlike a rename
 * it never does), and fsync of each file and of the folder that names it.
 */
record LocalFiles(RawLocalFileSystem fileSystem) implements StorageKind {
  /** How the kernel says that a file system has no hard links. */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

  @Override
  public boolean createExclusively(Path path, byte[] content) throws IOException {
    java.nio.file.Path file = file(path);
    makeParents(file.getParent());
    java.nio.file.Path temporary = file(TemporaryName.beside(path));
    try {
      writeDurably(temporary, content);
      link(temporary, file, content);
      sync(file.getParent());
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (NoSuchFileException e) {
      // Whoever took the name may have cleared away what was to be linked.
      if (Files.exists(file)) {
        return false;
      }
      throw e;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public void write(Path path, byte[] content) throws IOException {
    java.nio.file.Path file = file(path);
    makeParents(file.getParent());
    java.nio.file.Path temporary = file(TemporaryName.beside(path));
    try {
      writeDurably(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(file.getParent());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    Files.move(
        file(from), file(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(file(to).getParent());
  }

  /** A folder's own entries reach the disk before its new name does. */
  @Override
  public void move(Path from, Path to) throws IOException {
    if (Files.exists(file(to))) {
      throw StorageKind.taken(to, new FileAlreadyExistsException(to.toString()));
    }
    if (Files.isDirectory(file(from))) {
      sync(file(from));
    }
    makeParents(file(to).getParent());
    Files.move(file(from), file(to), StandardCopyOption.ATOMIC_MOVE);
    sync(file(to).getParent());
  }

  @Override
  public boolean movesAtOnce() {
    return true;
  }

  private java.nio.file.Path file(Path path) {
    return fileSystem.pathToFile(path).toPath();
  }

  /** A link to a folder counts as a folder, which {@code createDirectories} does not know. */
  private static void makeParents(java.nio.file.Path parent) throws IOException {
    try {
      if (!Files.isDirectory(parent)) {
        Files.createDirectories(parent);
      }
    } catch (FileAlreadyExistsException e) {
      throw (IOException) new NotDirectoryException(e.getFile()).initCause(e);
    }
  }

  /** Where the file system has no hard links, an exclusive open has to do. */
  private static void link(java.nio.file.Path temporary, java.nio.file.Path file, byte[] content)
      throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException e) {
      writeDurably(file, content);
    } catch (FileSystemException e) {
      if (!NO_LINKS.contains(String.valueOf(e.getReason()))) {
        throw e;
      }
      writeDurably(file, content);
    }
  }

  private static void writeDurably(java.nio.file.Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void sync(java.nio.file.Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
