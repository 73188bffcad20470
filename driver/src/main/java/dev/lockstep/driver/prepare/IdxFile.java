package dev.lockstep.driver.prepare;

import dev.lockstep.common.storage.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An IDX file that is read item by item; one whose name ends in {@code .gz} is decompressed on the
 * way.
 */
record IdxFile(String path, IdxHeader header) implements Serializable {

  /** Reads the header, and checks the length where the file system tells it. */
  static IdxFile open(Storage storage, String path, int magic) {
    try (InputStream in = stream(storage, path)) {
      IdxFile file = new IdxFile(path, IdxHeader.read(in, magic, path));
      long bytes = file.compressed() ? file.header.fileBytes() : length(storage, path);
      if (bytes != file.header.fileBytes()) {
        throw file.header.wrongLength(path, bytes);
      }
      return file;
    } catch (ZipException | EOFException e) {
      throw IdxHeader.refusal(path, "it is no whole gzip file (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw IdxHeader.refusal(path, e.getMessage());
    }
  }

  boolean compressed() {
    return path.endsWith(".gz");
  }

  /** The file's content, positioned at an item. */
  InputStream from(Storage storage, int item) throws IOException {
    InputStream in = stream(storage, path);
    try {
      in.skipNBytes(header.bytes() + (long) item * header.itemBytes());
      return in;
    } catch (EOFException e) {
      in.close();
      throw header.wrongLength(path, header.bytes());
    }
  }

  /** The next item of a stream, or a failure that tells how many bytes the file has. */
  byte[] next(InputStream in, int item) throws IOException {
    byte[] content = new byte[header.itemBytes()];
    int read = read(in, content);
    if (read < content.length) {
      long before = header.bytes() + (long) item * header.itemBytes();
      throw header.wrongLength(path, before + read);
    }
    return content;
  }

  /** Bytes read before the end of the stream, also where a gzip stream breaks off. */
  private static int read(InputStream in, byte[] target) throws IOException {
    int read = 0;
    try {
      for (int n = 0; n >= 0 && read < target.length; read += Math.max(n, 0)) {
        n = in.read(target, read, target.length - read);
      }
    } catch (EOFException e) {
      return read;
    }
    return read;
  }

  private static InputStream stream(Storage storage, String path) throws IOException {
    InputStream in = storage.open(path);
    try {
      return path.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static long length(Storage storage, String path) {
    return storage.list(path).get(0).bytes();
  }
}
