package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.common.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads a committed checkpoint. Nothing that it hands out has not been compared with its digest:
 * the manifest with the one that the commit log has, the files with those that the manifest has.
 * Files that the manifest does not name are no part of it.
 *
 * <p>Every method fails with a {@link LockstepException} of kind STORAGE that says which file of
 * which checkpoint is wrong and why.
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

  /** Reads the manifest of a checkpoint. */
  public static StoredCheckpoint open(Storage storage, String folder, String manifestSha256) {
    return CheckpointReading.of(folder)
        .attempt(
            () -> {
              String path = folder + "/" + CheckpointFiles.MANIFEST;
              String text = storage.readText(path);
              if (!Sha256.of(text).equals(manifestSha256)) {
                throw new DamageException(
                    "%s does not match the digest in the commit log in %s"
                        .formatted(CheckpointFiles.MANIFEST, folder));
              }
              Json.requireFormat(text, CheckpointManifest.FORMAT_VERSION, path);
              return new StoredCheckpoint(
                  storage, folder, Json.read(text, CheckpointManifest.class, path));
            });
  }

  public CheckpointManifest manifest() {
    return manifest;
  }

  /** Whether a file is part of the checkpoint. */
  public boolean has(String name) {
    return manifest.files().stream().anyMatch(file -> file.name().equals(name));
  }

  /** The content of a text file. */
  public String text(String name) {
    return reading()
        .attempt(
            () -> {
              ByteBuffer content = buffer(name);
              scan(entry(name), content::put);
              return StandardCharsets.UTF_8.decode(content.flip()).toString();
            });
  }

  /** The content of a file of little-endian floats. */
  public float[] floats(String name) {
    return reading()
        .attempt(
            () -> {
              ByteBuffer content = buffer(name).order(ByteOrder.LITTLE_ENDIAN);
              scan(entry(name), content::put);
              float[] values = new float[content.capacity() / Float.BYTES];
              content.flip().asFloatBuffer().get(values);
              return values;
            });
  }

  public CheckpointState state() {
    String text = text(CheckpointFiles.STATE);
    String path = folder + "/" + CheckpointFiles.STATE;
    Json.requireFormat(text, CheckpointState.FORMAT_VERSION, path);
    return Json.read(text, CheckpointState.class, path);
  }

  /** Checks every file, keeping none in memory, and that all parameters are finite. */
  public void verify() {
    for (FileEntry file : manifest.files()) {
      boolean parameters = file.name().equals(CheckpointFiles.PARAMETERS);
      FiniteFloats floats = new FiniteFloats();
      reading()
          .attempt(
              () -> {
                scan(file, parameters ? floats : piece -> {});
                floats.require(file.name() + " in " + folder);
                return true;
              });
    }
  }

  private FileEntry entry(String name) throws DamageException {
    return manifest.files().stream()
        .filter(file -> file.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new DamageException("its manifest has no %s in %s".formatted(name, folder)));
  }

  private ByteBuffer buffer(String name) throws DamageException {
    FileEntry entry = entry(name);
    requireLength(entry);
    return ByteBuffer.allocate(Math.toIntExact(entry.length()));
  }

  private void requireLength(FileEntry file) throws DamageException {
    requireLength(file, storage.length(path(file)));
  }

  private void requireLength(FileEntry file, long length) throws DamageException {
    if (length != file.length()) {
      throw new DamageException(
          "%s has %d bytes, its manifest says %d in %s"
              .formatted(file.name(), length, file.length(), folder));
    }
  }

  /** Hands the pieces of a file to a reader; their digest is checked after the last. */
  private void scan(FileEntry file, Consumer<ByteBuffer> pieces) throws DamageException {
    requireLength(file);
    Sha256 digest = new Sha256();
    storage.scan(
        path(file),
        piece -> {
          digest.add(piece.duplicate());
          pieces.accept(piece);
        });
    if (!digest.hex().equals(file.sha256())) {
      throw new DamageException(
          "%s does not match the digest in its manifest in %s".formatted(file.name(), folder));
    }
  }

  private String path(FileEntry file) {
    return folder + "/" + file.name();
  }

  private CheckpointReading reading() {
    return CheckpointReading.of(folder);
  }
}
