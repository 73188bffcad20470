package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Wish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The connection with one peer: writes frames, and knows how to go on reading. */
final class Link {
  /** Payloads up to this are copied beside their header: one write is cheaper than two. */
  private static final int COPIED = 1 << 15;

  private final int jvm;
  private final Channel channel;
  private final FrameReader reader;
  private final long run;
  private final int attempt;
  private final CRC32C checksum = new CRC32C();
  private boolean left;
  private boolean waiting;
  private Optional<Status> status = Optional.empty();

  Link(int jvm, Channel channel, FrameReader reader, AttemptName name) {
    this.jvm = jvm;
    this.channel = channel;
    this.reader = reader;
    this.run = name.runHash();
    this.attempt = name.attempt();
  }

  /**
   * What a peer says of its ranks.
   *
   * @param nanos when it came
   */
  record Status(String text, long nanos) {}

  /** The peer's number. */
  int jvm() {
    return jvm;
  }

  /** Whether the peer has said that it is leaving. */
  boolean left() {
    return left;
  }

  void markLeft() {
    left = true;
  }

  /** What the peer has said of its ranks since it last came to an operation. */
  Optional<Status> status() {
    return status;
  }

  void setStatus(Optional<Status> told) {
    status = told;
  }

  /** The peer is ahead: its next frame has to wait. */
  void hold() {
    waiting = true;
  }

  /** Goes on reading where a frame had to wait. */
  void readOn() {
    if (waiting) {
      waiting = false;
      reader.readOn(channel);
    }
  }

  /** Sends a frame without payload, or with a text as payload. */
  void send(FrameType type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int size = Math.min(bytes.length, type.cap());
    send(
        new FrameHeader(type, Wish.GO_ON, size, 0, 0, 0),
        List.of(ByteBuffer.wrap(bytes, 0, size)),
        ignored -> {});
  }

  /**
   * Sends a frame.
   *
   * @param payload read until {@code sent} is told; read at once where it is short
   * @param sent hears that the payload's memory is free again
   */
  void send(FrameHeader header, List<ByteBuffer> payload, ChannelFutureListener sent) {
    boolean copied = header.payload() <= COPIED;
    ByteBuf head =
        channel.alloc().directBuffer(FrameHeader.BYTES + (copied ? header.payload() : 0));
    header.write(head, run, attempt);
    checksum.reset();
    checksum.update(head.nioBuffer());
    payload.forEach(part -> checksum.update(part.duplicate()));
    head.writeIntLE((int) checksum.getValue());
    if (copied) {
      payload.forEach(part -> head.writeBytes(part.duplicate()));
      channel.writeAndFlush(head).addListener(sent);
      return;
    }
    queue(head);
    for (ByteBuffer part : payload.subList(0, payload.size() - 1)) {
      queue(Unpooled.wrappedBuffer(part));
    }
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(payload.get(payload.size() - 1)))
        .addListener(sent);
  }

  /** Reads no more, and closes the connection once all that was sent is on its way. */
  void closeAfterSending() {
    reader.discard();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void queue(ByteBuf bytes) {
    var unused = channel.write(bytes);
  }
}
