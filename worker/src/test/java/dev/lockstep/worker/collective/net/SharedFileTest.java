package dev.lockstep.worker.collective.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

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
  void isForItsOwnerAlone() throws IOException {
    try (SharedFile file = SharedFile.make(memory(8192), random)) {
      Path path = file.offer().in(folder);

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
    }
  }

  /** A file of the same length without its memory would have a block or two. */
  @Test
  void hasAllItsMemoryFromTheStart() throws Exception {
    Path inMemory = SharedMemory.DEFAULT.folder();
    assumeThat(inMemory).as("a file system in memory").isDirectory();
    SharedMemory memory = new SharedMemory(inMemory, 1 << 20, 10);
    try (SharedFile file = SharedFile.make(memory, random)) {
      Process stat =
          new ProcessBuilder("stat", "-c", "%b %B", file.offer().in(inMemory).toString()).start();
      String[] blocks =
          new String(stat.getInputStream().readAllBytes(), UTF_8).strip().split(" ", 2);

      assertThat(Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]))
          .isGreaterThanOrEqualTo(memory.fileBytes());
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
