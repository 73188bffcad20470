package dev.lockstep.common.checkpoint;

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

  private static final int LONGEST = 1 << 30;

  /** The bytes of a footer. */
  static ByteBuffer of(String manifest) {
    byte[] json = manifest.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(json.length + Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(json)
        .putLong(json.length)
        .flip();
  }

  /**
   * @throws DamageException where the file does not end so
   */
  static Footer read(Storage storage, String path) throws DamageException {
    long length = storage.length(path);
    ByteBuffer end = end(storage, path, length, Math.min(length, READ_AT_FIRST));
    int json = manifestLength(end, path, length);
    if (json + Long.BYTES > end.limit()) {
      end = end(storage, path, length, json + Long.BYTES);
    }
    byte[] manifest = new byte[json];
    end.get(end.limit() - Long.BYTES - json, manifest);
    return new Footer(new String(manifest, StandardCharsets.UTF_8), length - Long.BYTES - json);
  }

  private static int manifestLength(ByteBuffer end, String path, long fileLength)
      throws DamageException {
    long told = end.limit() < Long.BYTES ? 0 : end.getLong(end.limit() - Long.BYTES);
    if (told <= 0 || told > Math.min(LONGEST, fileLength - Long.BYTES)) {
      throw new DamageException("%s does not end with a manifest".formatted(path));
    }
    return (int) told;
  }

  private static ByteBuffer end(Storage storage, String path, long fileLength, long count)
      throws DamageException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count)).order(ByteOrder.LITTLE_ENDIAN);
    storage.scan(path, fileLength - count, count, bytes::put);
    if (bytes.hasRemaining()) {
      throw new DamageException("%s ends before its %d bytes".formatted(path, fileLength));
    }
    return bytes.flip();
  }
}
