package dev.lockstep.common.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/** A file that Hadoop has opened. */
record HadoopReader(FSDataInputStream in) implements RandomReader {
  @Override
  public void readFully(long position, byte[] target) throws IOException {
    in.readFully(position, target);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
