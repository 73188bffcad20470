package dev.lockstep.common.testing;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;

/** A file being written, whose every call goes through a {@link FaultPlan}. */
final class FaultStream extends OutputStream implements Syncable, StreamCapabilities, Abortable {
  private final FaultPlan plan;
  private final Path path;
  private final OutputStream out;
  private boolean closed;

  FaultStream(FaultPlan plan, Path path, OutputStream out) {
    this.plan = plan;
    this.path = path;
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  /** The first half reaches the file before a fault, so that a crash leaves it torn. */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int half = length / 2;
    out.write(bytes, offset, half);
    plan.run(
        "write " + path,
        () -> {
          out.write(bytes, offset + half, length - half);
          return true;
        });
  }

  @Override
  public void hflush() throws IOException {
    plan.run(
        "hflush " + path,
        () -> {
          out.flush();
          return true;
        });
  }

  @Override
  public void hsync() throws IOException {
    hflush();
  }

  @Override
  public boolean hasCapability(String capability) {
    return capability.equals(capability());
  }

  /** What it can: a file be flushed, an object be abandoned. */
  private String capability() {
    return path.toUri().getScheme().equals("object")
        ? CommonPathCapabilities.ABORTABLE_STREAM
        : "hsync";
  }

  @Override
  public AbortableResult abort() {
    closed = true;
    return null;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    plan.run(
        "close " + path,
        () -> {
          out.close();
          return true;
        });
  }
}
