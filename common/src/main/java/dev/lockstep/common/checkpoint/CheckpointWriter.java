package dev.lockstep.common.checkpoint;

import dev.lockstep.common.storage.DurableFile;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.Written;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one checkpoint into a folder of its own, for the driver to commit: the vectors into one
 * file, since each file costs HDFS half a dozen calls, then the manifest. The first is on disk, and
 * its length confirmed, before the second is begun. A failure leaves a folder without a manifest,
 * which is of no use and is collected later; another try takes another folder.
 */
public final class CheckpointWriter implements AutoCloseable {
  private static final int PIECE = 1 << 18;

  private final Storage storage;
  private final String folder;
  private final DurableFile vectors;
  private final List<VectorEntry> entries = new ArrayList<>();
  private long length;

  /**
   * Begins a checkpoint.
   *
   * @param folder one that {@link StagingArea} gave, and that nobody else writes to
   */
  public CheckpointWriter(Storage storage, String folder) {
    this.storage = storage;
    this.folder = folder;
    this.vectors = storage.createDurably(folder + "/" + CheckpointManifest.VECTORS_FILE);
  }

  /** Writes the floats between position and limit, little-endian; the buffer stays as it is. */
  public void vector(String name, FloatBuffer values) {
    FloatBuffer rest = values.duplicate();
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    while (rest.hasRemaining()) {
      int count = Math.min(rest.remaining(), PIECE / Float.BYTES);
      piece.clear().asFloatBuffer().put(rest.slice().limit(count));
      rest.position(rest.position() + count);
      vectors.write(piece.limit(count * Float.BYTES));
    }
    Written part = vectors.part();
    entries.add(new VectorEntry(name, length, part.length(), part.sha256()));
    length += part.length();
  }

  /**
   * Writes the manifest over all vectors.
   *
   * @param configDigest of the job
   * @param dataDigest of the dataset
   * @param configuration of the network as JSON
   */
  public Staged finish(
      String configDigest, String dataDigest, String configuration, CheckpointState state) {
    vectors.finish();
    Written manifest =
        write(
            new CheckpointManifest(
                CheckpointManifest.FORMAT_VERSION,
                folder.substring(folder.lastIndexOf('/') + 1),
                configDigest,
                dataDigest,
                configuration,
                state,
                entries));
    return new Staged(storage.qualify(folder), manifest.sha256(), state.position());
  }

  private Written write(CheckpointManifest manifest) {
    try (DurableFile file = storage.createDurably(folder + "/" + CheckpointManifest.FILE)) {
      file.write(ByteBuffer.wrap(Json.write(manifest).getBytes(StandardCharsets.UTF_8)));
      return file.finish();
    }
  }

  /** Gives up what is not finished. */
  @Override
  public void close() {
    vectors.close();
  }
}
