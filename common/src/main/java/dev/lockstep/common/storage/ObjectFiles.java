package dev.lockstep.common.storage;

import java.io.IOException;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Objects of a store, which appear whole when their stream is closed and are never renamed by
 * Lockstep. Creating one exclusively is as exclusive as the store's own create is: with Hadoop 3.3
 * S3A looks first and writes then, so that a run on it must have a single driver.
 */
record ObjectFiles(FileSystem fileSystem) implements StorageKind {
  @Override
  public boolean createExclusively(Path path, byte[] content) throws IOException {
    try {
      write(fileSystem.create(path, false), content);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public void write(Path path, byte[] content) throws IOException {
    write(fileSystem.create(path, true), content);
  }

  private static void write(FSDataOutputStream out, byte[] content) throws IOException {
    try {
      out.write(content);
    } catch (IOException | RuntimeException e) {
      abandon(out);
      throw e;
    }
    out.close();
  }

  /** Ends a stream whose content is not complete; closing it would make it an object. */
  static void abandon(FSDataOutputStream out) throws IOException {
    if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      out.abort();
    } else {
      out.close();
    }
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    fileSystem.delete(to, false);
    move(from, to);
  }

  /** A copy and a deletion; readers may see a part of a folder. */
  @Override
  public void move(Path from, Path to) throws IOException {
    fileSystem.getFileStatus(from);
    if (fileSystem.exists(to)) {
      throw StorageKind.taken(to, new FileAlreadyExistsException(to.toString()));
    }
    fileSystem.mkdirs(to.getParent());
    if (!fileSystem.rename(from, to)) {
      throw new IOException("the file system refuses to move it to " + to);
    }
  }

  @Override
  public boolean movesAtOnce() {
    return false;
  }
}
