package dev.lockstep.worker.collective.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lets the kernel put what comes straight where it belongs: while a payload is due, a read gets the
 * payload's own place as its buffer. Else it gets a small one, which takes a header, or a short
 * frame whole.
 */
final class PlacedReads extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int SHORT = 4096;

  private Supplier<Optional<ByteBuffer>> place = Optional::empty;

  /**
   * From here on, asks where to put what comes.
   *
   * @param newPlace the memory that the next bytes belong to, where that is known
   */
  void placeInto(Supplier<Optional<ByteBuffer>> newPlace) {
    place = newPlace;
  }

  @Override
  @SuppressWarnings("deprecation") // the type that the interface names
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public ByteBuf allocate(ByteBufAllocator memory) {
        return place
            .get()
            .map(bytes -> Unpooled.wrappedBuffer(bytes).writerIndex(0))
            .orElseGet(() -> memory.directBuffer(SHORT));
      }

      @Override
      public int guess() {
        return SHORT;
      }
    };
  }
}
