package dev.lockstep.common.storage;

import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.fs.ChecksumException;

/** Tells a file that is gone, or that the file system itself finds damaged, from other failures. */
public final class LostFile {
  private LostFile() {}

  /** Whether any cause of a failure says so. */
  public static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean missing =
          cause instanceof FileNotFoundException || cause instanceof NoSuchFileException;
      if (cause instanceof ChecksumException || (missing && Refusal.saysMissing(cause))) {
        return true;
      }
    }
    return false;
  }
}
