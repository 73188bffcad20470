package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.resources.HadoopSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
  private final PreparationLock.Holder holder = PreparationLock.Holder.here();
  private Optional<Set<String>> found = Optional.empty();

  /**
   * Prepares a folder for one caller, who may try again what a file system that was away has ended.
   */
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
   *     the job, of kind STORAGE where the folder cannot be written, and of kind FENCED where
   *     another process prepares it
   */
  public PreparedDataset prepare(JobConfig job, String directory) {
    return prepare(job, directory, dataset -> {});
  }

  /**
   * The same for a caller who may refuse the data: the folder is as it was then.
   *
   * @param check fails where the data must not take the place of what the folder holds
   */
  public PreparedDataset prepare(JobConfig job, String directory, Consumer<PreparedDataset> check) {
    PreparedDirectory target = new PreparedDirectory(storage, storage.qualify(directory));
    SourceDescription wanted = SourceDescription.of(job, storage);
    if (target.reasonsToPrepare(wanted).isEmpty()) {
      return upToDate(target, check);
    }
    PreparationLock lock = PreparationLock.acquire(storage, target.root(), holder);
    try {
      return prepareLocked(job, wanted, target, check);
    } finally {
      lock.release();
    }
  }

  private PreparedDataset upToDate(PreparedDirectory target, Consumer<PreparedDataset> check) {
    progress.line("Prepared data in %s is up to date".formatted(target.root()));
    PreparedDataset dataset = target.read();
    check.accept(dataset);
    return dataset;
  }

  /** Looks again first: somebody else may have just prepared the same. */
  private PreparedDataset prepareLocked(
      JobConfig job,
      SourceDescription wanted,
      PreparedDirectory target,
      Consumer<PreparedDataset> check) {
    List<String> reasons = target.reasonsToPrepare(wanted);
    if (reasons.isEmpty()) {
      return upToDate(target, check);
    }
    progress.line("Preparing data in %s: %s".formatted(target.root(), String.join(", ", reasons)));
    return SparkFailures.translated("prepare the data", () -> prepare(job, wanted, target, check));
  }

  private PreparedDataset prepare(
      JobConfig job,
      SourceDescription wanted,
      PreparedDirectory target,
      Consumer<PreparedDataset> check) {
    RowOrder order = RowOrder.forBytes(spark, wanted.bytes());
    TrainingInput input = TrainingInput.read(job.data(), source);
    input.notes().forEach(progress::line);
    SplitSizes sizes = SplitSizes.of(job.data(), input.samples());
    sizes.requireTrainingRows(job.data().train());
    RankedRows training = RankedRows.ofTraining(input.rows(), sizes, job, order);
    Preprocessing fitted = input.fitting().apply(training.part(PreparedDirectory.TRAIN));
    Preprocessor preprocessor = Preprocessor.of(fitted);
    List<RankedRows> sources =
        Stream.concat(Stream.of(training), holdouts(job, order))
            .map(rows -> rows.with(preprocessor))
            .toList();
    BadRows badRows = new BadRows(job.data().label().column());
    sources.forEach(rows -> badRows.refuse(rows.rows()));
    Set<String> before = before(target);
    DatasetManifest manifest = write(sources, fitted.schema(), target);
    checkOrClear(target, target.offered(manifest), before, check);
    Set<String> earlier = target.shardsInUse();
    PreparedDataset prepared = target.commit(manifest, fitted, wanted);
    target.sweep(earlier);
    return prepared;
  }

  /** What the folder held before the first try of the caller. */
  private Set<String> before(PreparedDirectory target) {
    Set<String> names = found.orElseGet(() -> Set.copyOf(storage.names(target.root())));
    found = Optional.of(names);
    return names;
  }

  /** Of data that is refused no shard stays. */
  private static void checkOrClear(
      PreparedDirectory target,
      PreparedDataset offered,
      Set<String> before,
      Consumer<PreparedDataset> check) {
    try {
      check.accept(offered);
    } catch (LockstepException refusal) {
      try {
        target.sweep(before);
      } catch (LockstepException e) { // must not take the place of the refusal
        refusal.addSuppressed(e);
      }
      throw refusal;
    }
  }

  /** Splits that have files of their own. */
  private Stream<RankedRows> holdouts(JobConfig job, RowOrder order) {
    return Stream.concat(
        holdout(PreparedDirectory.VALIDATION, job.data().validation(), job, order),
        holdout(PreparedDirectory.TEST, job.data().test(), job, order));
  }

  private Stream<RankedRows> holdout(String split, Holdout holdout, JobConfig job, RowOrder order) {
    return holdout instanceof Holdout.Path files
        ? Stream.of(
            RankedRows.ofSplit(split, source.readLabelled(job.data(), files.path()), job, order))
        : Stream.of();
  }

  private DatasetManifest write(
      List<RankedRows> sources, DataSchema schema, PreparedDirectory target) {
    String staging = target.newStaging();
    SampleWriter writer =
        new SampleWriter(
            schema, HadoopSettings.forWorkers(spark.sparkContext()), target.root(), staging);
    Map<String, Split> splits = new HashMap<>();
    try {
      sources.forEach(rows -> splits.putAll(writer.write(rows)));
    } finally {
      storage.delete(staging);
    }
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            schema,
            splits.getOrDefault(PreparedDirectory.TRAIN, Split.EMPTY),
            splits.getOrDefault(PreparedDirectory.VALIDATION, Split.EMPTY),
            splits.getOrDefault(PreparedDirectory.TEST, Split.EMPTY));
    progress.line(
        "Prepared %d training, %d validation and %d test samples of %d features"
            .formatted(
                manifest.train().samples(),
                manifest.validation().samples(),
                manifest.test().samples(),
                schema.input().size()));
    return manifest;
  }
}
