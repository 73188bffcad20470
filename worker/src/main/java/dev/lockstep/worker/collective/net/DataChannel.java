package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.SpinWait;
import dev.lockstep.worker.collective.Wish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * A connection with one peer on which vectors go: blocking, and used by the rank's own thread, so
 * that nothing is handed from thread to thread on the way. Closing it ends whatever waits in it.
 * Long payloads go through memory that the peer shares, if it does; their headers keep their place
 * in the order of frames.
 *
 * <p>Shared memory has room for all payloads of a JVM that is at most one round ahead of its
 * reader. One gets further ahead where it has nothing to wait for: as root of a broadcast, or where
 * slices have different numbers of chunks, as those of JVMs with different numbers of ranks. A
 * payload that then finds no room goes with its header, so only then do two equal runs send
 * different numbers of bytes through their connections.
 */
final class DataChannel implements AutoCloseable {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final Optional<Window> window;
  private final long run;
  private final int attempt;
  private final CRC32C checksum = new CRC32C();
  private Optional<SpinWait> awake = Optional.empty();
  private long sent;
  private long received;
  private final ByteBuf outgoing =
      Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(FrameHeader.BYTES));
  private final ByteBuffer head =
      ByteBuffer.allocateDirect(FrameHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  DataChannel(SocketChannel channel, AttemptName name, Optional<Window> window) {
    this.channel = channel;
    this.run = name.runHash();
    this.attempt = name.attempt();
    this.window = window;
  }

  /**
   * Says how to wait for what comes through memory.
   *
   * @param wait none where the thread is not worth a core
   */
  void waitAwake(Optional<SpinWait> wait) {
    awake = wait;
  }

  /**
   * What came with a frame.
   *
   * @param payload in the memory that was given for it, or in shared memory
   * @param isShared whether it is in shared memory, where it is to be read until {@link #release}
   */
  record Received(Wish wish, ByteBuffer payload, boolean isShared) {}

  /**
   * Sends a frame.
   *
   * @return bytes of the payload that went through the connection: none where the peer finds it in
   *     shared memory
   */
  int send(FrameHeader header, List<ByteBuffer> payload) throws IOException {
    outgoing.clear();
    header.write(outgoing, run, attempt);
    OptionalLong place = share(header.payload(), payload);
    int bytes = place.isPresent() ? 0 : header.payload();
    if (place.isPresent()) {
      FrameHeader.setPlace(outgoing, place.getAsLong());
      write(bytes, List.of());
    } else {
      write(bytes, payload);
    }
    sent++;
    if (window.isPresent()) {
      window.get().sent().moveTo(sent);
    }
    return bytes;
  }

  /** Tells the peer, before the first frame, on which terms this JVM is connected. */
  void tell(Terms terms) throws IOException {
    channel.socket().getOutputStream().write(terms.bytes());
  }

  /**
   * The terms on which the peer is connected, which it tells before its first frame.
   *
   * @param until by {@link System#nanoTime}
   * @throws ProtocolException where there are no such terms
   */
  Terms hear(long until) throws IOException {
    return Terms.of(new TimedChannel(channel, until).read(Terms.BYTES));
  }

  /**
   * Those of this connection alone: the bytes of a round that the peer can be sent although it
   * reads nothing.
   *
   * @param buffer bytes that the socket takes
   */
  Terms terms(int buffer) {
    return window
        .map(shared -> new Terms(Math.max(buffer, shared.outgoing().room()), true))
        .orElseGet(() -> new Terms(buffer, false));
  }

  private OptionalLong share(int bytes, List<ByteBuffer> payload) {
    return window.isPresent() ? window.get().outgoing().put(bytes, payload) : OptionalLong.empty();
  }

  private void write(int bytes, List<ByteBuffer> payload) throws IOException {
    ByteBuffer[] frame = new ByteBuffer[payload.size() + 1];
    checksum.reset();
    checksum.update(outgoing.nioBuffer());
    for (int i = 0; i < payload.size(); i++) {
      frame[i + 1] = payload.get(i).duplicate();
      checksum.update(frame[i + 1].duplicate());
    }
    outgoing.writeIntLE((int) checksum.getValue());
    frame[0] = outgoing.nioBuffer();
    long left = (long) FrameHeader.BYTES + bytes;
    while (left > 0) {
      left -= channel.write(frame);
    }
  }

  /**
   * Receives the frame that must come next.
   *
   * @param memory takes a payload that does not lie in shared memory
   */
  Received receive(FrameHeader expected, ByteBuffer memory) throws IOException {
    if (window.isPresent() && window.get().outgoing().mayTake(expected.payload())) {
      Received received = receiveUpTo(expected, memory);
      check(expected);
      return received;
    }
    lookOut();
    readWith(expected, memory);
    checkSum(memory);
    return new Received(FrameHeader.read(head, run, attempt).wish(), memory, false);
  }

  /** Waits until a frame has been sent, or not worth waiting awake any longer. */
  private void lookOut() {
    received++;
    if (window.isPresent()) {
      Cursor coming = window.get().coming();
      awake.ifPresent(waiting -> waiting.await(() -> coming.position() >= received));
    }
  }

  /** Reads a header and the payload that must follow it in one go. */
  private void readWith(FrameHeader expected, ByteBuffer memory) throws IOException {
    ByteBuffer[] places = {head.clear(), memory.duplicate()};
    boolean checked = false;
    while (places[1].hasRemaining() || !checked) {
      if (channel.read(places) < 0) {
        throw new EOFException("its connection was closed");
      }
      if (!checked && !head.hasRemaining()) {
        check(expected);
        FrameHeader.requirePayloadBehind(head);
        checked = true;
      }
    }
  }

  /**
   * Receives the frame that must come next, whose payload may be shorter than expected.
   *
   * @param memory takes a payload that does not lie in shared memory, from its position on
   */
  Received receiveUpTo(FrameHeader longest, ByteBuffer memory) throws IOException {
    lookOut();
    readFully(head.clear());
    FrameHeader came = FrameHeader.read(head, run, attempt);
    require(came.isShorterLike(longest), came, longest);
    OptionalLong place = FrameHeader.place(head);
    if (place.isPresent()) {
      checkSum(EMPTY);
      return new Received(came.wish(), shared(place.getAsLong(), came.payload()), true);
    }
    memory.limit(memory.position() + came.payload());
    readFully(memory.duplicate());
    checkSum(memory);
    return new Received(came.wish(), memory, false);
  }

  private ByteBuffer shared(long place, int bytes) {
    return window
        .orElseThrow(() -> new ProtocolException("it shares no memory"))
        .incoming()
        .payload(place, bytes);
  }

  /** Nobody reads any more what has been received. */
  void release() {
    if (window.isPresent()) {
      window.get().incoming().release();
    }
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
