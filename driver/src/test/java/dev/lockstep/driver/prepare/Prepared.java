package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.SeekableReadChannel;

/** Prepares data for a test, keeps what was said, and reads shards back by Arrow's own reader. */
final class Prepared {
  static final Storage STORAGE = new Storage(Map.of());

  private final PreparedDataset dataset;
  private final List<String> lines;

  private Prepared(PreparedDataset dataset, List<String> lines) {
    this.dataset = dataset;
    this.lines = lines;
  }

  static Prepared of(JobConfig job, Path directory) {
    List<String> lines = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void status(String text) {}

          @Override
          public void line(String text) {
            lines.add(text);
          }
        };
    Preparation preparation = new Preparation(LocalSpark.session(), STORAGE, progress);
    return new Prepared(preparation.prepare(job, directory.toString()), lines);
  }

  PreparedDataset dataset() {
    return dataset;
  }

  List<String> lines() {
    return lines;
  }

  Preprocessing preprocessing() {
    return dataset.preprocessing(STORAGE);
  }

  Path file(Shard shard) {
    return Path.of(new org.apache.hadoop.fs.Path(dataset.directory()).toUri())
        .resolve(shard.file());
  }

  /** Every sample of a split in order: features, then label. */
  List<Sample> samples(Split split) {
    return split.shards().stream().flatMap(shard -> read(shard).stream()).toList();
  }

  private List<Sample> read(Shard shard) {
    List<Sample> samples = new ArrayList<>();
    try (RootAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(file(shard));
        ArrowFileReader reader = new ArrowFileReader(new SeekableReadChannel(channel), allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        for (int i = 0; i < root.getRowCount(); i++) {
          samples.add(
              new Sample(
                  (List<?>) root.getVector("features").getObject(i),
                  (Number) root.getVector("label").getObject(i)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return samples;
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A sample as it lies in a shard. */
  record Sample(List<?> features, Number label) {}
}
