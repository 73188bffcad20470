package dev.lockstep.common.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Replaces one file by another in a single step, the way the file system at hand does that. */
sealed interface AtomicRename {
  void replace(Path from, Path to) throws IOException;

  static AtomicRename of(FileSystem fileSystem, Configuration configuration) {
    return fileSystem instanceof RawLocalFileSystem local
        ? new Local(local)
        : new Remote(fileSystem, configuration);
  }

  /** POSIX rename. */
  record Local(RawLocalFileSystem fileSystem) implements AtomicRename {
    @Override
    public void replace(Path from, Path to) throws IOException {
      Files.move(
          fileSystem.pathToFile(from).toPath(),
          fileSystem.pathToFile(to).toPath(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Hadoop's rename with overwrite, which HDFS carries out as one operation of the NameNode. */
  record Remote(FileSystem fileSystem, Configuration configuration) implements AtomicRename {
    @Override
    public void replace(Path from, Path to) throws IOException {
      FileContext.getFileContext(fileSystem.getUri(), configuration)
          .rename(from, to, Rename.OVERWRITE);
    }
  }
}
