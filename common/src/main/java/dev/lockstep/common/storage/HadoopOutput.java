package dev.lockstep.common.storage;

import java.io.FilterOutputStream;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.io.IOUtils;

/**
 * A file that Hadoop writes. When a write has failed, HDFS throws the failure once more on closing,
 * and the very same object, which try-with-resources cannot add to itself: here a failure is thrown
 * once. Hadoop's local file system throws an error for a full disk: here it is an exception.
 */
final class HadoopOutput extends FilterOutputStream {
  private final FSDataOutputStream stream;
  private boolean failed;

  /** What an output may be told to do. */
  private interface Action {
    void run() throws IOException;
  }

  HadoopOutput(FSDataOutputStream stream) {
    super(stream);
    this.stream = stream;
  }

  @Override
  public void write(int value) throws IOException {
    attempt(() -> stream.write(value));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    attempt(() -> stream.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    attempt(stream::flush);
  }

  /** See {@link Durability#sync}. */
  void sync(FileSystem fileSystem) throws IOException {
    attempt(() -> Durability.sync(fileSystem, stream));
  }

  @Override
  public void close() throws IOException {
    if (failed) {
      IOUtils.closeStream(stream);
    } else {
      attempt(stream::close);
    }
  }

  private void attempt(Action action) throws IOException {
    try {
      action.run();
    } catch (IOException e) {
      failed = true;
      throw e;
    } catch (FSError e) {
      failed = true;
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    }
  }
}
