package dev.lockstep.common.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Creates a file that must not exist, in a way that only one of several callers succeeds. */
sealed interface ExclusiveCreate {
  void create(Path path, byte[] content) throws IOException;

  static ExclusiveCreate of(FileSystem fileSystem) {
    return fileSystem instanceof RawLocalFileSystem local
        ? new Local(local)
        : new Remote(fileSystem);
  }

  /** POSIX exclusive open: Hadoop's own looks first and creates then. */
  record Local(RawLocalFileSystem fileSystem) implements ExclusiveCreate {
    @Override
    public void create(Path path, byte[] content) throws IOException {
      java.nio.file.Path file = fileSystem.pathToFile(path).toPath();
      Files.createDirectories(file.getParent());
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
  }

  /** An operation of its own on HDFS. */
  record Remote(FileSystem fileSystem) implements ExclusiveCreate {
    @Override
    public void create(Path path, byte[] content) throws IOException {
      try (OutputStream out = fileSystem.create(path, false)) {
        out.write(content);
      }
    }
  }
}
