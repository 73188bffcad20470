package dev.lockstep.driver.resources;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/**
 * The folders in which Spark keeps what does not fit in memory. Where it can use none of them it
 * ends the process without a word, so they are tried before it starts.
 */
final class LocalFolders {
  private LocalFolders() {}

  /**
   * Tries the folders that Spark is going to use in this process.
   *
   * @throws LockstepException of kind STORAGE where none can be written
   */
  static void require(SparkConf conf) {
    List<String> folders = Arrays.asList(Utils.getConfiguredLocalDirs(conf));
    if (folders.stream().noneMatch(LocalFolders::isUsable)) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot write to %s, where Spark keeps what does not fit in memory (name another folder with"
                  .formatted(String.join(", ", folders))
              + " 'spark.local.dir' or SPARK_LOCAL_DIRS)");
    }
  }

  private static boolean isUsable(String folder) {
    try {
      Files.delete(Files.createTempDirectory(Files.createDirectories(Path.of(folder)), "probe"));
      return true;
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }
}
