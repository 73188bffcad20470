package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which JVMs share memory; those that do not exchange through their socket and do not fail. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NeighboursTest {
  /** Of 40,000 bytes, half of which is sent in each of two hops, a hundred times. */
  private static final long ALL = 100 * 40_000;

  private static final long HEADERS = 100 * 2 * FrameHeader.BYTES;

  @TempDir private Path folder;
  @TempDir private Path other;

  @Test
  void shareMemoryWhereBothSeeItAndLeaveNoFile() {
    assertThat(sent(memory(folder), memory(folder))).isEqualTo(HEADERS);
    assertThat(names()).isEmpty();
  }

  @Test
  void shareNothingWhereOneDoesNot() {
    assertThat(sent(Optional.empty(), memory(folder))).isEqualTo(ALL + HEADERS);
    assertThat(sent(memory(folder), Optional.empty())).isEqualTo(ALL + HEADERS);
  }

  @Test
  void shareNothingWhereTheOtherSeesAnotherFolder() {
    assertThat(sent(memory(folder), memory(other))).isEqualTo(ALL + HEADERS);
    assertThat(names()).isEmpty();
  }

  @Test
  void shareNothingWhereThereIsNoRoom() {
    Optional<SharedMemory> full = memory(Path.of("/proc"));

    assertThat(sent(full, full)).isEqualTo(ALL + HEADERS);
  }

  @Test
  void shareNothingWhereThereIsNoFolder() {
    Optional<SharedMemory> nowhere = memory(folder.resolve("none"));

    assertThat(sent(nowhere, nowhere)).isEqualTo(ALL + HEADERS);
  }

  @Test
  void saysWhyThereIsNoFile() {
    Path none = folder.resolve("none");
    try (LogLines log = LogLines.of(Neighbours.class);
        TwoNodes nodes = TwoNodes.sharing(memory(none), memory(none))) {
      nodes.assertThatBothAdd();

      assertThat(log.lines())
          .containsExactly(
              "Cannot share memory with rank 0 (%s): there is no %s"
                  .formatted(nodes.first().address(), none));
    }
  }

  @Test
  void saysAtBothEndsThatTheFileWasNotFound() {
    try (LogLines log = LogLines.of(Neighbours.class);
        TwoNodes nodes = TwoNodes.sharing(memory(folder), memory(other))) {
      nodes.assertThatBothAdd();

      assertThat(log.lines())
          .satisfiesExactlyInAnyOrder(
              line ->
                  assertThat(line)
                      .startsWith(
                          "Cannot share memory with rank 1 (%s): there is no %s/lockstep-"
                              .formatted(nodes.second().address(), folder)),
              line -> assertThat(line).isEqualTo(notMapped(nodes)));
    }
  }

  @Test
  void saysThatThePeerSharesNothing() {
    try (LogLines log = LogLines.of(Neighbours.class);
        TwoNodes nodes = TwoNodes.sharing(Optional.empty(), memory(folder))) {
      nodes.assertThatBothAdd();

      assertThat(log.lines()).containsExactly(notMapped(nodes));
    }
  }

  private static String notMapped(TwoNodes nodes) {
    return "Cannot share memory with rank 0 (%s): it has not mapped the file that it was offered"
        .formatted(nodes.first().address());
  }

  private static long sent(Optional<SharedMemory> first, Optional<SharedMemory> second) {
    try (TwoNodes nodes = TwoNodes.sharing(first, second)) {
      return nodes.sentWhileBothAdd();
    }
  }

  private static Optional<SharedMemory> memory(Path folder) {
    return Optional.of(new SharedMemory(folder, 1 << 20, 1));
  }

  private List<String> names() {
    return Stream.of(folder, other).flatMap(shared -> Stream.of(shared.toFile().list())).toList();
  }
}
