package dev.lockstep.worker.collective.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Cuts what a peer sends into frames, and hands each payload on while it is still coming in, so
 * that nothing is gathered here. Where the receiver is not ready for a frame, reading stops, and
 * the peer is held up by its own full socket.
 */
final class FrameReader extends ChannelInboundHandlerAdapter {
  private final long run;
  private final int attempt;
  private final ByteBuffer head =
      ByteBuffer.allocateDirect(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C checksum = new CRC32C();
  private final Deque<ByteBuf> unread = new ArrayDeque<>();
  private Optional<FrameHeader> header = Optional.empty();
  private Optional<Destination> destination = Optional.empty();
  private Optional<Receiver> receiver = Optional.empty();
  private Optional<Throwable> failure = Optional.empty();
  private int left;
  private Optional<Consumer<Receiver>> end = Optional.empty();
  private boolean discarded;

  /** A reader at which all frames wait until there is a receiver. */
  FrameReader(AttemptName name) {
    this.run = name.runHash();
    this.attempt = name.attempt();
  }

  /** What takes the frames of one peer. */
  interface Receiver {
    /**
     * Where a frame's payload goes; empty where the frame has to wait.
     *
     * @throws ProtocolException for a frame that must not come
     */
    Optional<Destination> begin(FrameHeader header);

    /** The connection is closed. */
    void closed();

    /** The connection is of no use any more. */
    void failed(Throwable cause);
  }

  /** Takes the payload of one frame. */
  interface Destination {
    /** Takes the next bytes. */
    void take(ByteBuffer part);

    /** All bytes have come, and they are what was sent. */
    void complete();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (discarded) {
      ((ByteBuf) message).release();
      return;
    }
    unread.add((ByteBuf) message);
    read(ctx.channel());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    endWith(Receiver::closed);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      endWith(told -> told.failed(cause));
    } else {
      fail(cause);
    }
  }

  /** What has come before the end is read first, even where it has to wait. */
  private void endWith(Consumer<Receiver> told) {
    if (end.isPresent()) {
      return;
    }
    end = Optional.of(told);
    if (unread.isEmpty()) {
      receiver.ifPresent(told);
    }
  }

  /** Begins to hand frames on, first those that have come already. */
  void serve(Receiver newReceiver, Channel channel) {
    receiver = Optional.of(newReceiver);
    failure.ifPresent(newReceiver::failed);
    readOn(channel);
  }

  /**
   * Goes on where a frame had to wait, as far as there is something to go on with. A frame that
   * must not come fails the receiver here as it does where it is read at once.
   */
  void readOn(Channel channel) {
    try {
      read(channel);
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    discard();
    failure = Optional.of(cause);
    receiver.ifPresent(told -> told.failed(cause));
  }

  private void read(Channel channel) {
    while (!unread.isEmpty()) {
      boolean read = consume(unread.peek());
      if (discarded) {
        return;
      }
      if (!read) {
        channel.config().setAutoRead(false);
        return;
      }
      unread.poll().release();
    }
    if (end.isPresent()) {
      receiver.ifPresent(end.get());
    } else if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  /** Nothing more is read. */
  void discard() {
    discarded = true;
    unread.forEach(ByteBuf::release);
    unread.clear();
  }

  /** Reads some bytes to their end, or returns false where a frame has to wait. */
  private boolean consume(ByteBuf in) {
    while (!discarded && (header.isPresent() || in.isReadable())) {
      if (header.isEmpty()) {
        readHead(in);
      } else if (destination.isEmpty()) {
        if (!begin()) {
          return false;
        }
      } else if (in.isReadable()) {
        readPayload(in);
      } else {
        return true;
      }
    }
    return true;
  }

  private void readHead(ByteBuf in) {
    int size = Math.min(head.remaining(), in.readableBytes());
    head.limit(head.position() + size);
    in.readBytes(head);
    head.limit(FrameHeader.BYTES);
    if (!head.hasRemaining()) {
      header = Optional.of(FrameHeader.read(head, run, attempt));
      FrameHeader.requirePayloadBehind(head);
      checksum.reset();
      checksum.update(head.duplicate().flip().limit(FrameHeader.CHECKED));
    }
  }

  /** Returns false where the frame has to wait. */
  private boolean begin() {
    destination = receiver.flatMap(takes -> takes.begin(header.orElseThrow()));
    left = header.orElseThrow().payload();
    if (destination.isPresent() && left == 0) {
      finish();
      return true;
    }
    return destination.isPresent();
  }

  private void readPayload(ByteBuf in) {
    int size = Math.min(left, in.readableBytes());
    ByteBuffer part = in.nioBuffer(in.readerIndex(), size);
    checksum.update(part.duplicate());
    destination.orElseThrow().take(part);
    in.skipBytes(size);
    left -= size;
    if (left == 0) {
      finish();
    }
  }

  private void finish() {
    Destination complete = destination.orElseThrow();
    if ((int) checksum.getValue() != head.getInt(FrameHeader.CHECKED)) {
      throw new ProtocolException("its checksum does not match");
    }
    head.clear();
    header = Optional.empty();
    destination = Optional.empty();
    complete.complete();
  }
}
