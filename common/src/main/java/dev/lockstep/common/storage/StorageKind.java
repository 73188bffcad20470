package dev.lockstep.common.storage;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * What a file system can do in a single step that others see happen or not, and how each step is
 * done on it. All paths of one call are of one file system, and parents exist unless said.
 */
sealed interface StorageKind permits LocalFiles, RenamingFiles, ObjectFiles {
  /** Schemes without a rename in one step, on top of the built-in ones; separated by commas. */
  String OBJECT_STORES = "lockstep.object-store.schemes";

  /** Object stores as of Hadoop 3.3; {@code abfs} renames at once with some accounts only. */
  Set<String> KNOWN_OBJECT_STORES =
      Set.of("s3a", "s3", "s3n", "gs", "wasb", "wasbs", "abfs", "abfss", "oss", "cosn", "obs");

  /**
   * Creates a file that must not exist, and its parents as needed; of several callers only one
   * succeeds, and nobody ever sees a part of it; on a local file system without hard links somebody
   * may, for the moment of the writing.
   *
   * @return false where there is something of that name, which stays as it is
   */
  boolean createExclusively(Path path, byte[] content) throws IOException;

  /** Writes a file, and its parents as needed; one of that name is replaced. */
  void write(Path path, byte[] content) throws IOException;

  /** Gives a file another name; a file that has it is replaced. */
  void replace(Path from, Path to) throws IOException;

  /**
   * Gives a file or folder another name, which has to be free; makes the parents of that as needed.
   */
  void move(Path from, Path to) throws IOException;

  /** Whether {@link #move} and {@link #replace} are a single step. */
  boolean movesAtOnce();

  /** The failure of a move to a name that is not free. */
  static IOException taken(Path name, IOException cause) {
    return new IOException("cannot move it to " + name + " (the name is taken)", cause);
  }

  static StorageKind of(FileSystem fileSystem, Configuration configuration, FileContexts contexts) {
    if (fileSystem instanceof RawLocalFileSystem local) {
      return new LocalFiles(local);
    }
    Set<String> objectStores = new HashSet<>(KNOWN_OBJECT_STORES);
    objectStores.addAll(configuration.getTrimmedStringCollection(OBJECT_STORES));
    return objectStores.contains(fileSystem.getUri().getScheme())
        ? new ObjectFiles(fileSystem)
        : new RenamingFiles(fileSystem, contexts);
  }
}
