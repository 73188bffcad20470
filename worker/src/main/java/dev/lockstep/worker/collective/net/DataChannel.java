package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Wish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.zip.CRC32C;

/**
 * A connection with one peer on which vectors go: blocking, and used by the rank's own thread, so
 * that nothing is handed from thread to thread on the way. Closing it ends whatever waits in it.
 */
final class DataChannel implements AutoCloseable {
  private final SocketChannel channel;
  private final long run;
  private final int attempt;
  private final CRC32C checksum = new CRC32C();
  private final ByteBuf outgoing =
      Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(FrameHeader.BYTES));
  private final ByteBuffer head =
      ByteBuffer.allocateDirect(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  DataChannel(SocketChannel channel, AttemptName name) {
    this.channel = channel;
    this.run = name.runHash();
    this.attempt = name.attempt();
  }

  /**
   * Sends a frame.
   *
   * @param frame the payload, behind an empty first place for the header
   */
  void send(FrameHeader header, ByteBuffer[] frame) throws IOException {
    outgoing.clear();
    header.write(outgoing, run, attempt);
    checksum.reset();
    checksum.update(outgoing.nioBuffer());
    for (int i = 1; i < frame.length; i++) {
      checksum.update(frame[i].duplicate());
    }
    outgoing.writeIntLE((int) checksum.getValue());
    frame[0] = outgoing.nioBuffer();
    long left = (long) FrameHeader.BYTES + header.payload();
    while (left > 0) {
      left -= channel.write(frame);
    }
  }

  /**
   * Receives the frame that must come next.
   *
   * @param memory takes the payload
   * @return the wish that came with it
   */
  Wish receive(FrameHeader expected, ByteBuffer memory) throws IOException {
    ByteBuffer[] places = {head.clear(), memory.duplicate()};
    boolean checked = false;
    while (places[1].hasRemaining() || !checked) {
      if (channel.read(places) < 0) {
        throw new EOFException("its connection was closed");
      }
      if (!checked && !head.hasRemaining()) {
        check(expected);
        checked = true;
      }
    }
    checkSum(memory);
    return FrameHeader.read(head, run, attempt).wish();
  }

  /**
   * Receives the frame that must come next, whose payload may be shorter than expected.
   *
   * @param memory takes the payload from its position on; its limit is moved to the payload's end
   * @return the wish that came with it
   */
  Wish receiveUpTo(FrameHeader longest, ByteBuffer memory) throws IOException {
    readFully(head.clear());
    FrameHeader came = FrameHeader.read(head, run, attempt);
    require(came.isShorterLike(longest), came, longest);
    memory.limit(memory.position() + came.payload());
    readFully(memory.duplicate());
    checkSum(memory);
    return came.wish();
  }

  private void readFully(ByteBuffer place) throws IOException {
    while (place.hasRemaining()) {
      if (channel.read(place) < 0) {
        throw new EOFException("its connection was closed");
      }
    }
  }

  private void checkSum(ByteBuffer payload) {
    checksum.reset();
    checksum.update(head.duplicate().flip().limit(FrameHeader.CHECKED));
    checksum.update(payload.duplicate());
    if ((int) checksum.getValue() != head.getInt(FrameHeader.CHECKED)) {
      throw new ProtocolException("its checksum does not match");
    }
  }

  private void check(FrameHeader expected) {
    FrameHeader came = FrameHeader.read(head, run, attempt);
    require(came.isLike(expected), came, expected);
  }

  private static void require(boolean isTrue, FrameHeader came, FrameHeader expected) {
    if (!isTrue) {
      throw new ProtocolException("it is %s where %s is expected".formatted(came, expected));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
