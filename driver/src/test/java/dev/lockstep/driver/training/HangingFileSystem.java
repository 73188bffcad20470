package dev.lockstep.driver.training;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files whose file system can be made to answer nobody for a while. */
public final class HangingFileSystem extends RawLocalFileSystem {
  /** Hadoop makes the file systems, so the tests of this JVM share the one permit. */
  private static final Semaphore ANSWERS = new Semaphore(1);

  /** Settings by which a storage takes this file system for local paths. */
  static Map<String, String> settings() {
    return Map.of(
        "fs.file.impl", HangingFileSystem.class.getName(), "fs.file.impl.disable.cache", "true");
  }

  /** From here on until {@link #heal}, whoever asks waits. */
  static void hang() {
    ANSWERS.acquireUninterruptibly();
  }

  static void heal() {
    ANSWERS.release();
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    try {
      ANSWERS.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    ANSWERS.release();
    return super.getFileStatus(path);
  }
}
