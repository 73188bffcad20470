package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.worker.collective.Spin;
import dev.lockstep.worker.collective.SpinWait;
import dev.lockstep.worker.collective.Wish;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one end of a connection for vectors makes of what the other sends. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DataChannelTest {
  private static final AttemptName NAME = new AttemptName("run", 2);
  private static final SharedMemory MEMORY = new SharedMemory(Path.of("none"), 1 << 16, 1000);

  private final ByteBuffer file = ByteBuffer.allocateDirect(MEMORY.fileBytes());
  private SocketChannel there;
  private SocketChannel here;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocketChannel door = ServerSocketChannel.open()) {
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      there = SocketChannel.open(door.getLocalAddress());
      here = door.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    there.close();
    here.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void hearsTheTermsOfAPeer(boolean shareMemory) throws IOException {
    Terms terms = new Terms(4096, shareMemory);
    channel(there).tell(terms);

    assertThat(channel(here).hear(soon())).isEqualTo(terms);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 4095})
  void refusesAPeerThatTakesLessThanAPage(int told) throws IOException {
    DataChannel listener = channel(here);
    channel(there).tell(new Terms(told, true));

    assertThatThrownBy(() -> listener.hear(soon()))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("it takes %d bytes at a time (at least 4096 are needed)".formatted(told));
  }

  @Test
  void takesALongPayloadFromSharedMemory() throws IOException {
    DataChannel sender = new DataChannel(there, NAME, Optional.of(Window.ofMaker(file, MEMORY)));
    DataChannel receiver = new DataChannel(here, NAME, Optional.of(Window.ofFinder(file, MEMORY)));

    assertThat(send(sender)).isZero();
    DataChannel.Received came = receiver.receive(header(), ByteBuffer.allocateDirect(5000));

    assertThat(came.isShared()).isTrue();
    assertThat(came.payload().getLong(0)).isEqualTo(42);
  }

  @Test
  void looksOutForAFrameUntilItHasCome() throws IOException {
    DataChannel sender = new DataChannel(there, NAME, Optional.of(Window.ofMaker(file, MEMORY)));
    DataChannel receiver = new DataChannel(here, NAME, Optional.of(Window.ofFinder(file, MEMORY)));
    AtomicLong looks = new AtomicLong();
    LongSupplier clock =
        () -> {
          if (looks.incrementAndGet() == 100) {
            sendUnchecked(sender);
          }
          return looks.get();
        };
    receiver.waitAwake(Optional.of(new SpinWait(Spin.LONG, clock)));

    receiver.receive(header(), ByteBuffer.allocateDirect(5000));

    assertThat(looks).hasValue(100);
  }

  private static void sendUnchecked(DataChannel sender) {
    try {
      send(sender);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void refusesAFrameWhosePayloadIsInMemoryThatIsNotShared() throws IOException {
    DataChannel receiver = channel(here);
    send(new DataChannel(there, NAME, Optional.of(Window.ofMaker(file, MEMORY))));

    assertThatThrownBy(() -> receiver.receive(header(), ByteBuffer.allocateDirect(5000)))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("its payload is in shared memory, but must follow its header");
  }

  private static int send(DataChannel sender) throws IOException {
    return sender.send(header(), List.of(ByteBuffer.allocateDirect(5000).putLong(0, 42)));
  }

  private static FrameHeader header() {
    return new FrameHeader(FrameType.PART, Wish.GO_ON, 5000, 1, 0, 1250);
  }

  private static DataChannel channel(SocketChannel socket) {
    return new DataChannel(socket, NAME, Optional.empty());
  }

  private static long soon() {
    return System.nanoTime() + Duration.ofSeconds(10).toNanos();
  }
}
