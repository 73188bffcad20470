package dev.lockstep.common.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Creates a file that must not exist, in a way that only one of several callers succeeds and that
 * nobody ever sees a part of it: it is written under another name, then given its own.
 */
sealed interface ExclusiveCreate {
  /**
   * Creates the file, and its parents as needed.
   *
   * @return false where there is something of that name, which stays as it is
   */
  boolean create(Path path, byte[] content) throws IOException;

  static ExclusiveCreate of(FileSystem fileSystem, Configuration configuration) {
    return fileSystem instanceof RawLocalFileSystem local
        ? new Local(local)
        : new Remote(fileSystem, configuration);
  }

  /** A hard link, which unlike a POSIX rename never replaces anything. */
  record Local(RawLocalFileSystem fileSystem) implements ExclusiveCreate {
    @Override
    public boolean create(Path path, byte[] content) throws IOException {
      java.nio.file.Path file = file(path);
      makeParents(file.getParent());
      java.nio.file.Path temporary = file(TemporaryName.beside(path));
      try {
        Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        link(temporary, file, content);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } finally {
        Files.deleteIfExists(temporary);
      }
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
      } catch (FileAlreadyExistsException e) {
        throw e;
      } catch (UnsupportedOperationException | FileSystemException e) {
        Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      }
    }
  }

  /** Hadoop's rename without overwrite, which HDFS carries out as one operation. */
  record Remote(FileSystem fileSystem, Configuration configuration) implements ExclusiveCreate {
    @Override
    public boolean create(Path path, byte[] content) throws IOException {
      Path target = fileSystem.makeQualified(path);
      Path temporary = TemporaryName.beside(target);
      try {
        try (OutputStream out = fileSystem.create(temporary, false)) {
          out.write(content);
        }
        FileContext.getFileContext(fileSystem.getUri(), configuration).rename(temporary, target);
        return true;
      } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
        return false;
      } finally {
        fileSystem.delete(temporary, false);
      }
    }
  }
}
