package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads in memory that two ends see. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class WindowTest {
  private static final int PAGE = SharedMemory.PAGE;
  private static final SharedMemory MEMORY = new SharedMemory(Path.of("none"), 4 * PAGE, 100);

  private final ByteBuffer file = ByteBuffer.allocateDirect(MEMORY.fileBytes());
  private final Window maker = Window.ofMaker(file, MEMORY);
  private final Window finder = Window.ofFinder(file, MEMORY);

  @Test
  void handsPayloadsOverInBothDirections() {
    byte[] there = bytes(PAGE + 1);
    byte[] back = bytes(500);

    long place = put(maker, there).orElseThrow();
    long placeBack = put(finder, back).orElseThrow();

    assertThat(taken(finder, place, there.length)).isEqualTo(there);
    assertThat(taken(maker, placeBack, back.length)).isEqualTo(back);
  }

  @Test
  void leavesShortPayloadsToTheirHeaders() {
    assertThat(put(maker, bytes(99))).isEmpty();
    assertThat(put(maker, bytes(100))).isPresent();
  }

  @Test
  void takesNoMoreThanItHasRoomForUntilTheReaderLetsGo() {
    long first = put(maker, bytes(2 * PAGE)).orElseThrow();
    put(maker, bytes(2 * PAGE)).orElseThrow();

    assertThat(put(maker, bytes(100))).isEmpty();
    finder.incoming().payload(first, 2 * PAGE);
    assertThat(put(maker, bytes(100))).isEmpty();
    finder.incoming().release();
    assertThat(put(maker, bytes(100))).isPresent();
  }

  @Test
  void takesAPayloadAsLongAsTheRingWhereverTheLastOneEnded() {
    long first = put(maker, bytes(PAGE)).orElseThrow();
    taken(finder, first, PAGE);
    byte[] longest = bytes(4 * PAGE);

    long place = put(maker, longest).orElseThrow();

    assertThat(taken(finder, place, longest.length)).isEqualTo(longest);
    assertThat(put(maker, bytes(4 * PAGE + 1))).isEmpty();
  }

  /** A reader that lags behind by so many payloads as the ring has room for. */
  @Test
  void keepsEveryPayloadUntilItIsRead() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    record Sent(long place, ByteBuffer bytes) {}
    Deque<Sent> unread = new ArrayDeque<>();
    int full = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] payload = new byte[100 + random.nextInt(2 * PAGE)];
      random.nextBytes(payload);
      OptionalLong place = put(maker, payload);
      if (place.isPresent()) {
        unread.add(new Sent(place.getAsLong(), ByteBuffer.wrap(payload)));
      } else {
        full++;
        Sent oldest = unread.remove();
        byte[] came = taken(finder, oldest.place, oldest.bytes.capacity());
        assertThat(ByteBuffer.wrap(came)).isEqualTo(oldest.bytes);
      }
    }
    assertThat(full).isGreaterThan(1000);
  }

  /** The writer puts a round of two payloads while that before it may be unread. */
  @ParameterizedTest
  @ValueSource(ints = {12, 48, 97, 512})
  void hasRoomForEveryRoundOfAWriterThatIsOneRoundAhead(int pages) {
    SharedMemory memory = new SharedMemory(Path.of("none"), pages * PAGE, 1);
    ByteBuffer shared = ByteBuffer.allocateDirect(memory.fileBytes());
    Window writer = Window.ofMaker(shared, memory);
    Window reader = Window.ofFinder(shared, memory);
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    record Sent(long place, int bytes) {}
    Deque<Sent> unread = new ArrayDeque<>();
    for (int round = 0; round < 1000; round++) {
      int room = writer.outgoing().room();
      int first = 1 + random.nextInt(room - 1);
      int second = random.nextBoolean() ? room - first : 1 + random.nextInt(room - first);
      for (int bytes : new int[] {first, second}) {
        OptionalLong place = put(writer, new byte[bytes]);
        assertThat(place).as("place of %d bytes in round %d", bytes, round).isPresent();
        unread.add(new Sent(place.getAsLong(), bytes));
      }
      int late = random.nextInt(3); // payloads of this round that are left for the next
      while (unread.size() > late) {
        Sent oldest = unread.remove();
        taken(reader, oldest.place, oldest.bytes);
      }
    }
  }

  @Test
  void refusesPlacesWhereNoPayloadCanLie() {
    long first = put(maker, bytes(PAGE)).orElseThrow();
    taken(finder, first, PAGE);

    for (long place : new long[] {-PAGE, 0, PAGE + 1, 3 * PAGE}) {
      assertThatThrownBy(() -> finder.incoming().payload(place, 2 * PAGE))
          .isInstanceOf(ProtocolException.class)
          .hasMessage("its payload lies outside of shared memory");
    }
  }

  @Test
  void refusesAReaderThatIsAheadOfItsWriter() {
    new Cursor(file.slice(1024, Long.BYTES)).moveTo(PAGE);

    assertThatThrownBy(() -> put(maker, bytes(100)))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("it has read 4096 bytes of shared memory, of 0");
  }

  private static OptionalLong put(Window from, byte[] payload) {
    int half = payload.length / 2;
    return from.outgoing()
        .put(
            payload.length,
            List.of(
                ByteBuffer.wrap(payload, 0, half).slice(),
                ByteBuffer.wrap(payload, half, payload.length - half).slice()));
  }

  private static byte[] taken(Window to, long place, int length) {
    byte[] came = new byte[length];
    to.incoming().payload(place, length).get(came);
    to.incoming().release();
    return came;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
