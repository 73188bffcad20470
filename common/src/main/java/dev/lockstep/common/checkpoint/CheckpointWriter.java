package dev.lockstep.common.checkpoint;

import dev.lockstep.common.storage.DurableFile;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Replicas;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.Written;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one checkpoint into a folder of its own, for the driver to commit: the vectors, then the
 * manifest, all into one file, since each file costs HDFS half a dozen calls. What a failure leaves
 * is of no use and is collected later; another try takes another folder.
 */
public final class CheckpointWriter implements AutoCloseable {
  private static final int PIECE = 1 << 18;

  private final Storage storage;
  private final String folder;
  private final DurableFile file;
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
    this.file = storage.createDurably(folder + "/" + CheckpointManifest.FILE);
  }

  /** Writes the floats between position and limit, little-endian; the buffer stays as it is. */
  public void vector(String name, FloatBuffer values) {
    FloatBuffer rest = values.duplicate();
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    while (rest.hasRemaining()) {
      int count = Math.min(rest.remaining(), PIECE / Float.BYTES);
      piece.clear().asFloatBuffer().put(rest.slice().limit(count));
      rest.position(rest.position() + count);
      file.write(piece.limit(count * Float.BYTES));
    }
    Written part = file.part();
    entries.add(new VectorEntry(name, length, part.length(), part.sha256()));
    length += part.length();
  }

  /**
   * Writes the manifest over all vectors; the file is on disk then, and its length confirmed.
   *
   * @param configDigest of the job
   * @param dataDigest of the dataset
   * @param kernels digests of what the kernels of ranks compute
   * @param configuration of the network as JSON
   */
  public Staged finish(
      String configDigest,
      String dataDigest,
      List<String> kernels,
      String configuration,
      CheckpointState state) {
    String manifest =
        Json.write(
            new CheckpointManifest(
                CheckpointManifest.FORMAT_VERSION,
                folder.substring(folder.lastIndexOf('/') + 1),
                configDigest,
                dataDigest,
                kernels,
                configuration,
                state,
                entries));
    file.write(Footer.of(manifest));
    Replicas replicas = file.finish();
    return new Staged(storage.qualify(folder), Sha256.of(manifest), state.position(), replicas);
  }

  /** Gives up what is not finished. */
  @Override
  public void close() {
    file.close();
  }
}
