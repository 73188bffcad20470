package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sizes that fit together. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class NetSettingsTest {
  @Test
  void refusesTwoPayloadsTooShortForSharedMemoryThatTheSocketHasNoRoomFor() {
    assertThat(sharing(4096, 2049).shared()).isPresent();

    assertThatThrownBy(() -> sharing(4096, 2050))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid sizes: two payloads of 2049 bytes in a socket buffer of 4096 bytes");
  }

  @Test
  void hasMoreRoomForARoundInMemoryThanInASocket() {
    SharedMemory memory = SharedMemory.DEFAULT;
    Cursor reader = new Cursor(ByteBuffer.allocateDirect(Long.BYTES));
    Outbox outbox = new Outbox(ByteBuffer.allocate(memory.ring()), reader, memory.least());

    assertThat(outbox.room()).isGreaterThan(NetSettings.Tuning.DEFAULT.sendBuffer());
  }

  private static NetSettings.Tuning sharing(int socketBuffer, int least) {
    SharedMemory memory = new SharedMemory(Path.of("none"), 1 << 16, least);
    return new NetSettings.Tuning(socketBuffer, 1000, 0, Optional.of(memory));
  }
}
