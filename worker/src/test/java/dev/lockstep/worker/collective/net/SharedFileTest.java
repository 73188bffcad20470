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
  private static final int BYTES = 1 << 20;

  private final SecureRandom random = new SecureRandom();
  @TempDir private Path folder;

  @Test
  void isSharedByWhoIsToldOfItAndLeavesNoName() throws IOException {
    ByteBuffer maker;
    ByteBuffer finder;
    try (SharedFile file = make(folder)) {
      maker = file.memory();
      finder = SharedFile.find(folder, SharedOffer.of(file.offer().bytes()), BYTES);
    }

    assertThat(names()).isEmpty();
    maker.putLong(5000, 42);
    assertThat(finder.getLong(5000)).isEqualTo(42);
    finder.putLong(BYTES - Long.BYTES, 43);
    assertThat(maker.getLong(BYTES - Long.BYTES)).isEqualTo(43);
  }

  @Test
  void isForItsOwnerAlone() throws IOException {
    try (SharedFile file = make(folder)) {
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
    try (SharedFile file = make(inMemory)) {
      Process stat =
          new ProcessBuilder("stat", "-c", "%b %B", file.offer().in(inMemory).toString()).start();
      String[] blocks =
          new String(stat.getInputStream().readAllBytes(), UTF_8).strip().split(" ", 2);

      assertThat(Long.parseLong(blocks[0]) * Long.parseLong(blocks[1]))
          .isGreaterThanOrEqualTo(BYTES);
    }
  }

  @Test
  void isNotFoundWhereTheTokenIsAnother() throws IOException {
    try (SharedFile file = make(folder)) {
      byte[] offered = file.offer().bytes();
      offered[offered.length - 1]++;
      SharedOffer other = SharedOffer.of(offered);

      assertThatThrownBy(() -> SharedFile.find(folder, other, BYTES))
          .isInstanceOf(IOException.class)
          .hasMessage("%s is not the file that was offered".formatted(file.offer().in(folder)));
    }
  }

  @Test
  void isNotFoundWhereItIsCutOff() throws IOException {
    try (SharedFile file = make(folder)) {
      Path path = file.offer().in(folder);
      byte[] all = Files.readAllBytes(path);

      for (int size : new int[] {0, 40, 4096, all.length - 1}) {
        Files.write(path, Arrays.copyOf(all, size));
        assertThatThrownBy(() -> SharedFile.find(folder, file.offer(), BYTES))
            .isInstanceOf(IOException.class)
            .hasMessageEndingWith("is not the file that was offered");
      }
    }
  }

  @Test
  void isNotMadeWhereThereIsNoRoom() {
    assertThatThrownBy(() -> make(Path.of("/proc")))
        .isInstanceOf(IOException.class)
        .hasMessage("/proc has only 0 bytes left");
  }

  @Test
  void isNotMadeWhereThereIsNoFolder() {
    assertThatThrownBy(() -> make(folder.resolve("none"))).isInstanceOf(IOException.class);
  }

  private SharedFile make(Path where) throws IOException {
    return SharedFile.make(where, BYTES, random);
  }

  private List<Path> names() throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return names.toList();
    }
  }
}
