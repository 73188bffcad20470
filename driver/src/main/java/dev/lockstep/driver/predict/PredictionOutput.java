package dev.lockstep.driver.predict;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The folder of predictions, as Spark writes it (one file a partition): Parquet where its name ends
 * in {@code .parquet}, else CSV with a header. It appears whole, under a name that was free.
 */
final class PredictionOutput {
  private final Storage storage;
  private final String path;
  private final String staged;

  /**
   * @throws LockstepException of kind CONFIG where there is something at the path
   */
  PredictionOutput(Storage storage, String path) {
    this.storage = storage;
    String qualified = storage.qualify(path);
    this.path =
        qualified.endsWith("/") ? qualified.substring(0, qualified.length() - 1) : qualified;
    int name = this.path.lastIndexOf('/') + 1;
    this.staged =
        this.path.substring(0, name)
            + "."
            + this.path.substring(name)
            + "."
            + UUID.randomUUID()
            + ".tmp";
    if (!storage.names(this.path).isEmpty()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot write predictions to %s: it is not empty (delete it or choose another --output)"
              .formatted(this.path));
    }
  }

  String path() {
    return path;
  }

  /** Runs the job that fills the folder, which has another name until {@link #publish}. */
  void write(Dataset<Row> rows) {
    if (path.endsWith(".parquet")) {
      rows.write().parquet(staged);
      return;
    }
    rows.write()
        .option("header", true)
        .option("escape", "\"")
        .option("ignoreLeadingWhiteSpace", false)
        .option("ignoreTrailingWhiteSpace", false)
        .csv(staged);
  }

  /** Gives the folder its name. */
  void publish() {
    if (storage.isDirectory(path) && storage.names(path).isEmpty()) {
      storage.delete(path);
    }
    storage.rename(staged, path);
  }

  /** Deletes what was written, for the sake of a failure that is on its way. */
  void discardAfter(Throwable failure) {
    try {
      storage.delete(staged);
    } catch (LockstepException e) {
      failure.addSuppressed(e);
    }
  }

  /** The failure of a job that writes: one of storage, unless it is known to be another. */
  LockstepException failed(LockstepException failure) {
    return failure.kind() != FailureKind.INTERNAL
        ? failure
        : new LockstepException(
            FailureKind.STORAGE,
            "Cannot write predictions to %s: %s".formatted(path, reason(failure)),
            failure);
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
