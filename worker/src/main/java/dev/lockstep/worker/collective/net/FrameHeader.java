package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Wish;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/**
 * What stands before the payload of each frame, little-endian. It is as long as a cache line, since
 * copies of payloads that lie askew are slow:
 *
 * <pre>
 *  0 int   magic and version      24 long  number of the operation
 *  4 byte  type                   32 int   first float of the payload
 *  5 byte  wish                   36 int   floats of the whole vector
 *  6 short 1 where the payload    40 long  where the payload lies in shared memory, else 0
 *          lies in shared memory, 48       0
 *          else 0                 60 int   CRC-32C of the 60 bytes before, and of a payload
 *  8 long  hash of the run                 that follows
 * 16 int   attempt
 * 20 int   bytes of the payload
 * </pre>
 *
 * @param operation counted from 1 in an attempt; 0 for frames that belong to none
 */
record FrameHeader(FrameType type, Wish wish, int payload, long operation, int offset, int length) {
  static final int BYTES = 64;
  static final int CHECKED = 60;
  private static final int SHARED = 6;
  private static final int PLACE = 40;
  private static final int USED = 40;
  private static final int MAGIC = 0x4C53_0002;

  /** Whether a header says the same, whatever is wished. */
  boolean isLike(FrameHeader other) {
    return isShorterLike(other) && payload == other.payload;
  }

  /** Whether a header says the same of a payload that is at least as long. */
  boolean isShorterLike(FrameHeader other) {
    return type == other.type
        && payload <= other.payload
        && operation == other.operation
        && offset == other.offset
        && length == other.length;
  }

  /** Appends all but the checksum. */
  void write(ByteBuf out, long run, int attempt) {
    out.writeIntLE(MAGIC);
    out.writeByte(type.number());
    out.writeByte(wish.number());
    out.writeShortLE(0);
    out.writeLongLE(run);
    out.writeIntLE(attempt);
    out.writeIntLE(payload);
    out.writeLongLE(operation);
    out.writeIntLE(offset);
    out.writeIntLE(length);
    out.writeZero(CHECKED - USED);
  }

  /**
   * The header in some bytes.
   *
   * @throws ProtocolException for one of another run or attempt, or one that makes no sense
   */
  static FrameHeader read(ByteBuffer bytes, long run, int attempt) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt(0) != MAGIC) {
      throw new ProtocolException("it does not begin as a frame does");
    }
    if (in.getLong(8) != run || in.getInt(16) != attempt) {
      throw new ProtocolException(
          "it is of another run, or of attempt %d where attempt %d is under way"
              .formatted(in.getInt(16), attempt));
    }
    FrameType type = FrameType.of(in.get(4));
    Wish wish = wish(in.get(5));
    int payload = in.getInt(20);
    if (payload < 0 || payload > type.cap()) {
      throw new ProtocolException(
          "its payload is %d bytes long (at most %d are allowed)".formatted(payload, type.cap()));
    }
    return new FrameHeader(type, wish, payload, in.getLong(24), in.getInt(32), in.getInt(36));
  }

  /** Changes a header that was written to one whose payload lies in shared memory. */
  static void setPlace(ByteBuf header, long place) {
    header.setShortLE(SHARED, 1);
    header.setLongLE(PLACE, place);
  }

  /** Where in shared memory the payload lies of the header in some bytes, if it lies there. */
  static OptionalLong place(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return in.getShort(SHARED) == 0 ? OptionalLong.empty() : OptionalLong.of(in.getLong(PLACE));
  }

  /**
   * Makes sure that the payload of the header in some bytes follows it.
   *
   * @throws ProtocolException where it lies in shared memory
   */
  static void requirePayloadBehind(ByteBuffer bytes) {
    if (place(bytes).isPresent()) {
      throw new ProtocolException("its payload is in shared memory, but must follow its header");
    }
  }

  private static Wish wish(byte number) {
    for (Wish wish : Wish.values()) {
      if (wish.number() == number) {
        return wish;
      }
    }
    throw new ProtocolException("its wish is " + number);
  }
}
