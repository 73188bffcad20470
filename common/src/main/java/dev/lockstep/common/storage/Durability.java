package dev.lockstep.common.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * How a new file is on disk before its writer goes on. HDFS, told so at first, forces each block to
 * disk as it ends; to ask for that in the end would be a call of the NameNode and a round of the
 * DataNodes more. Other file systems are asked by {@code hsync}, where they can.
 */
final class Durability {
  private static final int BUFFER = 1 << 16;

  private Durability() {}

  /** Opens a file that must not exist, and makes its parents as needed. */
  static FSDataOutputStream create(FileSystem fileSystem, Path path) throws IOException {
    if (fileSystem instanceof DistributedFileSystem hdfs) {
      return hdfs.createFile(path)
          .overwrite(false)
          .recursive()
          .syncBlock()
          .bufferSize(BUFFER)
          .build();
    }
    return fileSystem.create(
        path,
        false,
        BUFFER,
        fileSystem.getDefaultReplication(path),
        fileSystem.getDefaultBlockSize(path));
  }

  /** To be called after the last byte and before the stream is closed. */
  static void sync(FileSystem fileSystem, FSDataOutputStream out) throws IOException {
    if (!(fileSystem instanceof DistributedFileSystem) && out.hasCapability("hsync")) {
      out.hsync();
    }
  }
}
