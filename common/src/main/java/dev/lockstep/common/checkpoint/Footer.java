package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a checkpoint's file ends with: the manifest as JSON, then the number of its bytes, a
 * little-endian long. As in a Parquet file, what describes the content comes after it, so that the
 * file is written front to back, and one that was not written to its end is none.
 *
 * @param manifest the JSON
 * @param offset of its first byte in the file, which is where the vectors end
 */
record Footer(String manifest, long offset) {
  /** The manifest of a network with a short history lies within it. */
  private static final int READ_AT_FIRST = 1 << 16;

  /** More cannot be a manifest, so that a damaged length does not take the memory away. */
  private static final int LONGEST = 1 << 26;

  /**
   * The bytes of a footer.
   *
   * @throws LockstepException of kind STORAGE where the manifest is too long
   */
  static ByteBuffer of(String manifest) {
    byte[] json = manifest.getBytes(StandardCharsets.UTF_8);
    if (json.length > LONGEST) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot write a checkpoint: its manifest has %,d bytes, and %,d at most are read"
              .formatted(json.length, LONGEST));
    }
    return ByteBuffer.allocate(json.length + Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(json)
        .putLong(json.length)
        .flip();
  }

  /**
   * Reads the footer of a file; one that grows shorter meanwhile is a failure that passes.
   *
   * @throws DamageException where the file does not end so
   */
  static Footer read(Storage storage, String path) throws DamageException {
    long length = storage.length(path);
    byte[] end = end(storage, path, length, (int) Math.min(length, READ_AT_FIRST));
    int json = manifestLength(end, path, length);
    if (json + Long.BYTES > end.length) {
      end = end(storage, path, length, json + Long.BYTES);
    }
    int begin = end.length - Long.BYTES - json;
    return new Footer(
        new String(end, begin, json, StandardCharsets.UTF_8), length - Long.BYTES - json);
  }

  private static int manifestLength(byte[] end, String path, long fileLength)
      throws DamageException {
    long told =
        end.length < Long.BYTES
            ? 0
            : ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getLong(end.length - Long.BYTES);
    if (told <= 0 || told > Math.min(LONGEST, fileLength - Long.BYTES)) {
      throw new DamageException("%s does not end with a manifest".formatted(path));
    }
    return (int) told;
  }

  private static byte[] end(Storage storage, String path, long fileLength, int count) {
    return storage.read(path, fileLength - count, count);
  }
}
