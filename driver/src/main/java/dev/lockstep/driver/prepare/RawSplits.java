package dev.lockstep.driver.prepare;

import static org.apache.spark.sql.functions.lit;

import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.JobConfig;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The raw rows of the three splits, each with its place in the split in {@link RowOrder#RANK}. */
record RawSplits(Part train, Part validation, Part test) {

  /** The rows of one split and their number. */
  record Part(Dataset<Row> rows, long samples) {
    private Part with(Preprocessor preprocessor) {
      return new Part(preprocessor.apply(rows), samples);
    }
  }

  /** The same rows, turned into samples. */
  RawSplits with(Preprocessor preprocessor) {
    return new RawSplits(
        train.with(preprocessor), validation.with(preprocessor), test.with(preprocessor));
  }

  void forEach(Consumer<Dataset<Row>> action) {
    Stream.of(train, validation, test)
        .filter(part -> part.samples > 0)
        .map(Part::rows)
        .forEach(action);
  }

  /** Cuts the training input and reads the files of splits that have their own. */
  static RawSplits of(
      JobConfig job, Source source, RowOrder order, Dataset<Row> train, SplitSizes sizes) {
    Dataset<Row> ranked = order.byContent(train, job.training().seed());
    Cut cut = new Cut(job, source, order, ranked);
    long rest = sizes.test() + sizes.validation();
    return new RawSplits(
        cut.part(rest, sizes.train()),
        cut.holdout(job.data().validation(), sizes.test(), sizes.validation()),
        cut.holdout(job.data().test(), 0, sizes.test()));
  }

  private record Cut(JobConfig job, Source source, RowOrder order, Dataset<Row> ranked) {

    Part holdout(Holdout holdout, long from, long samples) {
      if (!(holdout instanceof Holdout.Path path)) {
        return part(from, samples);
      }
      Dataset<Row> rows = source.readLabelled(job.data(), path.path());
      Dataset<Row> placed =
          switch (job.training().order()) {
            case SHUFFLED -> order.byContent(rows, job.training().seed());
            case INPUT -> order.byInput(rows);
          };
      return new Part(placed, placed.count());
    }

    Part part(long from, long samples) {
      Column rank = RowColumns.named(RowOrder.RANK);
      Dataset<Row> rows = ranked.where(rank.geq(from).and(rank.lt(from + samples)));
      return new Part(
          switch (job.training().order()) {
            case SHUFFLED -> rows.withColumn(RowOrder.RANK, rank.minus(lit(from)));
            case INPUT -> order.byInput(rows.drop(RowOrder.RANK));
          },
          samples);
    }
  }
}
