package dev.lockstep.common.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A new file that is written once, front to back, and is on disk when it is finished, as far as the
 * file system can tell.
 */
public final class DurableFile implements AutoCloseable {
  private final FileSystem fileSystem;
  private final Path path;
  private final FSDataOutputStream out;
  private final WritableByteChannel channel;
  private final ReplicaCount replicas;
  private final Sha256 digest = new Sha256();
  private long length;
  private long partLength;
  private boolean finished;

  DurableFile(FileSystem fileSystem, Path path) throws IOException {
    this.fileSystem = fileSystem;
    this.path = path;
    out = Durability.create(fileSystem, path);
    replicas = new ReplicaCount(out, fileSystem.getDefaultBlockSize(path), fileSystem.getConf());
    channel = Channels.newChannel(out);
  }

  /** Appends the bytes between position and limit; the position moves to the limit. */
  public void write(ByteBuffer bytes) {
    Refusal.attempt(
        "write",
        path.toString(),
        () -> {
          length += bytes.remaining();
          partLength += bytes.remaining();
          digest.add(bytes.duplicate());
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
          return null;
        });
  }

  /** Ends a part of the file; the part's digest is of no use before the file is finished. */
  public Written part() {
    Written part = new Written(partLength, digest.hex());
    partLength = 0;
    return part;
  }

  /**
   * Forces the content to disk where the stream can, closes it, and compares the length that the
   * file system reports with what was written.
   *
   * @return how many copies there are
   */
  public Replicas finish() {
    return Refusal.attempt(
        "write",
        path.toString(),
        () -> {
          Durability.sync(fileSystem, out);
          Replicas copies = replicas.atTheEnd(length);
          out.close();
          finished = true;
          long reported = fileSystem.getFileStatus(path).getLen();
          if (reported != length) {
            throw new IOException(
                "%d bytes were written but the file system reports %d".formatted(length, reported));
          }
          return copies;
        });
  }

  /** Closes the stream of a file that was not finished; its content is of no use. */
  @Override
  public void close() {
    Refusal.attempt(
        "close",
        path.toString(),
        () -> {
          if (!finished) {
            ObjectFiles.abandon(out);
          }
          return null;
        });
  }
}
