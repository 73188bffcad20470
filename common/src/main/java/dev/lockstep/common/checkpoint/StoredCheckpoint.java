package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.LostFile;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.common.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/**
 * Reads a committed checkpoint. Nothing that it hands out has not been compared with its digest:
 * the manifest with the one that the commit log has, the vectors with those that the manifest has.
 * Other files in its folder are no part of it.
 *
 * <p>Every method fails with a {@link LockstepException} of kind STORAGE that says what is wrong
 * with which checkpoint.
 */
public final class StoredCheckpoint {
  private final Storage storage;
  private final String folder;
  private final CheckpointManifest manifest;

  private StoredCheckpoint(Storage storage, String folder, CheckpointManifest manifest) {
    this.storage = storage;
    this.folder = folder;
    this.manifest = manifest;
  }

  /** Reads the manifest of a checkpoint, and compares the length of what lies before it. */
  public static StoredCheckpoint open(Storage storage, String folder, String manifestSha256) {
    return CheckpointReading.of(folder)
        .attempt(
            () -> {
              String path = path(folder);
              Footer footer = footer(storage, folder);
              if (!Sha256.of(footer.manifest()).equals(manifestSha256)) {
                throw new DamageException(
                    "the manifest in %s does not match the digest in the commit log"
                        .formatted(path));
              }
              requireFormat(footer.manifest(), path);
              CheckpointManifest manifest =
                  Json.read(footer.manifest(), CheckpointManifest.class, path);
              requireLength(path, footer.offset(), manifest.length());
              return new StoredCheckpoint(storage, folder, manifest);
            });
  }

  /** A checkpoint of a former format is none that is damaged. */
  private static Footer footer(Storage storage, String folder) throws DamageException {
    try {
      return Footer.read(storage, path(folder));
    } catch (LockstepException e) {
      String former = folder + "/" + CheckpointManifest.FORMER_FILE;
      if (LostFile.is(e) && storage.exists(former)) {
        requireFormat(storage.readText(former), former);
      }
      throw e;
    }
  }

  private static void requireFormat(String manifest, String path) {
    Json.requireFormat(
        manifest, CheckpointManifest.OLDEST_FORMAT, CheckpointManifest.FORMAT_VERSION, path);
  }

  public CheckpointManifest manifest() {
    return manifest;
  }

  /** Whether a vector is part of the checkpoint. */
  public boolean has(String vector) {
    return manifest.vectors().stream().anyMatch(entry -> entry.name().equals(vector));
  }

  /** The floats of a vector, at most 2^31 - 1 of them. */
  public float[] floats(String vector) {
    return reading()
        .attempt(
            () -> {
              VectorEntry entry = entry(vector);
              float[] values = new float[Math.toIntExact(entry.length() / Float.BYTES)];
              FloatBuffer rest = FloatBuffer.wrap(values);
              scan(entry, piece -> rest.put(piece.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()));
              return values;
            });
  }

  public CheckpointState state() {
    return manifest.state();
  }

  /** Checks every vector, keeping none in memory, and that all parameters are finite. */
  public void verify() {
    reading()
        .attempt(
            () -> {
              for (VectorEntry entry : manifest.vectors()) {
                verify(entry);
              }
              return true;
            });
  }

  private void verify(VectorEntry entry) throws DamageException {
    boolean parameters = entry.name().equals(VectorNames.PARAMETERS);
    FiniteFloats floats = new FiniteFloats();
    scan(entry, parameters ? floats : piece -> {});
    floats.require("'%s' in %s".formatted(entry.name(), folder));
  }

  private VectorEntry entry(String vector) throws DamageException {
    return manifest.vectors().stream()
        .filter(entry -> entry.name().equals(vector))
        .findFirst()
        .orElseThrow(
            () -> new DamageException("its manifest has no '%s' in %s".formatted(vector, folder)));
  }

  private static void requireLength(String path, long length, long told) throws DamageException {
    if (length != told) {
      throw new DamageException(
          "%s has %d bytes of vectors, its manifest says %d".formatted(path, length, told));
    }
  }

  /** Hands the pieces of a vector to a reader; their digest is checked after the last. */
  private void scan(VectorEntry entry, Consumer<ByteBuffer> pieces) throws DamageException {
    Sha256 digest = new Sha256();
    storage.scan(
        path(folder),
        entry.offset(),
        entry.length(),
        piece -> {
          digest.add(piece.duplicate());
          pieces.accept(piece);
        });
    if (!digest.hex().equals(entry.sha256())) {
      throw new DamageException(
          "'%s' in %s does not match the digest in its manifest"
              .formatted(entry.name(), path(folder)));
    }
  }

  private static String path(String folder) {
    return folder + "/" + CheckpointManifest.FILE;
  }

  private CheckpointReading reading() {
    return CheckpointReading.of(folder);
  }
}
