package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file by which two ends come to see the same memory. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SharedFileTest {
  private final SecureRandom random = new SecureRandom();
  @TempDir private Path folder;

  @Test
  void isSharedByWhoIsToldOfItAndLeavesNoName() throws IOException {
    SharedMemory memory = memory(8192);
    Window maker;
    Window finder;
    try (SharedFile file = SharedFile.make(memory, random)) {
      maker = file.window();
      finder = SharedFile.find(folder, SharedOffer.of(file.offer().bytes()));
    }

    assertThat(names()).isEmpty();
    ByteBuffer payload = ByteBuffer.allocate(5000).putLong(0, 42);
    long place = maker.outgoing().put(5000, List.of(payload)).orElseThrow();
    assertThat(finder.incoming().payload(place, 5000).getLong(0)).isEqualTo(42);
    assertThat(finder.outgoing().mayTake(9)).isFalse();
    assertThat(finder.outgoing().mayTake(10)).isTrue();
  }

  @Test
  void isForItsOwnerAloneAndHasAllItsMemory() throws IOException {
    try (SharedFile file = SharedFile.make(memory(1 << 20), random)) {
      Path path = file.offer().in(folder);

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
      long blocks = ((Number) Files.getAttribute(path, "unix:size")).longValue();
      assertThat(blocks).isEqualTo((2 << 20) + 4096);
    }
  }

  @Test
  void isNotFoundWhereTheTokenIsAnother() throws IOException {
    try (SharedFile file = SharedFile.make(memory(8192), random)) {
      byte[] offered = file.offer().bytes();
      offered[offered.length - 1]++;
      SharedOffer other = SharedOffer.of(offered);

      assertThatThrownBy(() -> SharedFile.find(folder, other))
          .isInstanceOf(IOException.class)
          .hasMessage("%s is not the file that was offered".formatted(file.offer().in(folder)));
    }
  }

  @Test
  void isNotFoundWhereItIsCutOff() throws IOException {
    try (SharedFile file = SharedFile.make(memory(8192), random)) {
      Path path = file.offer().in(folder);
      byte[] all = Files.readAllBytes(path);

      for (int size : new int[] {0, 40, 4096, all.length - 1}) {
        Files.write(path, Arrays.copyOf(all, size));
        assertThatThrownBy(() -> SharedFile.find(folder, file.offer()))
            .isInstanceOf(IOException.class)
            .hasMessageEndingWith("is not the file that was offered");
      }
    }
  }

  @Test
  void isNotMadeWhereThereIsNoRoom() {
    SharedMemory full = new SharedMemory(Path.of("/proc"), 8192, 10);

    assertThatThrownBy(() -> SharedFile.make(full, random))
        .isInstanceOf(IOException.class)
        .hasMessage("/proc has only 0 bytes left");
  }

  @Test
  void isNotMadeWhereThereIsNoFolder() {
    SharedMemory nowhere = new SharedMemory(folder.resolve("none"), 8192, 10);

    assertThatThrownBy(() -> SharedFile.make(nowhere, random)).isInstanceOf(IOException.class);
  }

  private SharedMemory memory(int ring) {
    return new SharedMemory(folder, ring, 10);
  }

  private List<Path> names() throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return names.toList();
    }
  }
}
