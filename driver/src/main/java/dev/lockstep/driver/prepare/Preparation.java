package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Prepares the data of a job: reads, infers types, splits by a seeded hash of the row, fits on the
 * training part, shuffles once, and writes shards and manifest.
 *
 * <p>What comes out depends on the rows, the job and its seed alone: not on how many files,
 * partitions or cores there are, nor on which task ends first.
 */
public final class Preparation {
  private final SparkSession spark;
  private final Storage storage;
  private final Progress progress;
  private final Source source;

  public Preparation(SparkSession spark, Storage storage, Progress progress) {
    this.spark = spark;
    this.storage = storage;
    this.progress = progress;
    source = new Source(spark, storage);
  }

  /**
   * Prepares a job's data in a folder, or finds that it is prepared there already.
   *
   * @param directory any Hadoop path; it is made as needed
   * @throws LockstepException of kind DATA where the input is missing, malformed or does not fit
   *     the job, and of kind STORAGE where the folder cannot be written
   */
  public PreparedDataset prepare(JobConfig job, String directory) {
    PreparedDirectory target = new PreparedDirectory(storage, storage.qualify(directory));
    SourceDescription wanted = SourceDescription.of(job, storage);
    List<String> reasons = target.reasonsToPrepare(wanted);
    if (reasons.isEmpty()) {
      progress.line("Prepared data in %s is up to date".formatted(target.root()));
      return target.read();
    }
    progress.line("Preparing data in %s: %s".formatted(target.root(), String.join(", ", reasons)));
    return SparkFailures.translated(() -> prepare(job, wanted, target));
  }

  private PreparedDataset prepare(
      JobConfig job, SourceDescription wanted, PreparedDirectory target) {
    TrainingInput input = TrainingInput.read(job.data(), source);
    SplitSizes sizes = SplitSizes.of(job.data(), input.samples());
    if (sizes.train() == 0) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot train on %s: no row is left for training (%d rows, %d for test, %d for validation)"
              .formatted(job.data().train(), input.samples(), sizes.test(), sizes.validation()));
    }
    RowOrder order = RowOrder.forBytes(spark, wanted.bytes());
    RawSplits raw = RawSplits.of(job, source, order, input.rows(), sizes);
    Preprocessing fitted = input.fitting().apply(raw.train().rows());
    RawSplits samples = raw.with(Preprocessor.of(fitted));
    samples.forEach(rows -> new BadRows(job.data().label().column()).refuse(rows));
    DatasetManifest manifest = write(samples, fitted.schema(), target);
    PreparedDataset prepared = target.commit(manifest, fitted, wanted);
    target.sweep(manifest);
    return prepared;
  }

  private DatasetManifest write(RawSplits samples, DataSchema schema, PreparedDirectory target) {
    String staging = target.newStaging();
    target.open();
    try {
      SplitWriter writer = new SplitWriter(schema, WorkerStorage.of(spark), target.root(), staging);
      return new DatasetManifest(
          DatasetManifest.FORMAT_VERSION,
          schema,
          write("train", samples.train(), writer),
          write("validation", samples.validation(), writer),
          write("test", samples.test(), writer));
    } finally {
      storage.delete(staging);
    }
  }

  private Split write(String name, RawSplits.Part part, SplitWriter writer) {
    Dataset<Row> rows = part.rows();
    Split split = writer.write(name, rows, part.samples());
    if (split.samples() != part.samples()) {
      throw new LockstepException(
          FailureKind.INTERNAL,
          "Cannot prepare the %s part: wrote %d of its %d samples"
              .formatted(name, split.samples(), part.samples()));
    }
    progress.line("Wrote %d samples for %s".formatted(split.samples(), name));
    return split;
  }
}
