package dev.lockstep.driver.prepare;

import dev.lockstep.common.storage.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/**
 * A channel to a stream that keeps the SHA-256 of everything and the CRC-32C since a mark. Closing
 * it leaves the stream open.
 */
final class DigestChannel implements WritableByteChannel {
  private final OutputStream out;
  private final Sha256 sha256 = new Sha256();
  private final CRC32C crc = new CRC32C();
  private long bytes;
  private boolean open = true;

  DigestChannel(OutputStream out) {
    this.out = out;
  }

  /** Starts the CRC anew at the present end. */
  void mark() {
    crc.reset();
  }

  long crcSinceMark() {
    return crc.getValue();
  }

  long bytes() {
    return bytes;
  }

  /** The digest of all bytes; to be called once. */
  String sha256() {
    return sha256.hex();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    byte[] content = new byte[source.remaining()];
    source.get(content);
    out.write(content);
    sha256.add(content);
    crc.update(content);
    bytes += content.length;
    return content.length;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
