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
 * Writes one checkpoint into a folder of its own, file by file, for the driver to commit. Each file
 * is on disk, and its length confirmed, before the next is begun; the manifest is the last. A
 * failure leaves a folder without a manifest, which is of no use and is collected later; another
 * try takes another folder.
 */
public final class CheckpointWriter {
  private static final int PIECE = 1 << 18;

  private final Storage storage;
  private final String folder;
  private final List<FileEntry> files = new ArrayList<>();

  /**
   * @param folder one that {@link StagingArea} gave, and that nobody else writes to
   */
  public CheckpointWriter(Storage storage, String folder) {
    this.storage = storage;
    this.folder = folder;
  }

  /** Writes a file of text, as UTF-8. */
  public void text(String name, String content) {
    files.add(write(name, content));
  }

  /** Writes the floats between position and limit, little-endian; the buffer stays as it is. */
  public void floats(String name, FloatBuffer values) {
    FloatBuffer rest = values.duplicate();
    ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    try (DurableFile file = storage.createDurably(path(name))) {
      while (rest.hasRemaining()) {
        int count = Math.min(rest.remaining(), PIECE / Float.BYTES);
        piece.clear().asFloatBuffer().put(rest.slice().limit(count));
        rest.position(rest.position() + count);
        file.write(piece.limit(count * Float.BYTES));
      }
      files.add(entry(name, file.finish()));
    }
  }

  /**
   * Writes the state, then the manifest over all files.
   *
   * @param configDigest of the job
   * @param dataDigest of the dataset
   */
  public Staged finish(String configDigest, String dataDigest, CheckpointState state) {
    text(CheckpointFiles.STATE, Json.write(state));
    FileEntry manifest =
        write(
            CheckpointFiles.MANIFEST,
            Json.write(
                new CheckpointManifest(
                    CheckpointManifest.FORMAT_VERSION,
                    folder.substring(folder.lastIndexOf('/') + 1),
                    configDigest,
                    dataDigest,
                    state.position(),
                    files)));
    return new Staged(storage.qualify(folder), manifest.sha256(), state.position());
  }

  private FileEntry write(String name, String content) {
    try (DurableFile file = storage.createDurably(path(name))) {
      file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      return entry(name, file.finish());
    }
  }

  private String path(String name) {
    return folder + "/" + name;
  }

  private static FileEntry entry(String name, Written written) {
    return new FileEntry(name, written.length(), written.sha256());
  }
}
