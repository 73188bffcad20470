package dev.lockstep.common.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/**
 * Scheme {@code object}: an object store over local files. An object appears when its stream is
 * closed, and nothing is ever renamed.
 */
public final class ObjectFileSystem extends FaultFileSystem {
  @Override
  public String getScheme() {
    return "object";
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw new IOException("an object store cannot rename " + from);
  }

  @Override
  @SuppressWarnings("deprecation") // overrides it
  public void rename(Path from, Path to, Rename... options) throws IOException {
    throw new IOException("an object store cannot rename " + from);
  }

  @Override
  OutputStream target(java.nio.file.Path file, boolean overwrite) throws IOException {
    if (!overwrite && Files.exists(file)) {
      throw new FileAlreadyExistsException(file + " exists");
    }
    return new ByteArrayOutputStream() {
      @Override
      public void close() throws IOException {
        try (OutputStream out = ObjectFileSystem.super.target(file, overwrite)) {
          writeTo(out);
        }
      }
    };
  }
}
