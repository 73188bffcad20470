package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.NetRanks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory that the JVMs of one host have in common. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostMemoryTest {
  private static final Occasion OCCASION = new Occasion(1, 2, "the test");

  @TempDir private Path folder;

  static Stream<NetRanks> layouts() {
    return Stream.of(NetRanks.on(1, 1), NetRanks.on(2, 2), NetRanks.on(3, 1, 2));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void isSeenByTheRanksOfAllJvms(NetRanks layout) throws IOException {
    int ranks = layout.jvms().stream().mapToInt(Integer::intValue).sum();

    List<List<Integer>> seen =
        layout
            .with(in(folder))
            .run(
                ranks,
                group -> {
                  ByteBuffer memory = group.hostMemory(4L * group.size(), OCCASION).orElseThrow();
                  memory.putInt(4 * group.rank(), 1 + group.rank());
                  group.barrier(OCCASION);
                  return IntStream.range(0, group.size())
                      .mapToObj(rank -> memory.getInt(4 * rank))
                      .toList();
                });

    assertThat(seen).containsOnly(IntStream.rangeClosed(1, ranks).boxed().toList());
    assertThat(names()).isEmpty();
  }

  @Test
  void isZeroAndAtTheStartOfAPageEachTime() {
    List<Boolean> asPromised =
        NetRanks.on(1, 1)
            .run(
                2,
                group -> {
                  boolean zero = true;
                  for (int i = 0; i < 3; i++) {
                    ByteBuffer memory = group.hostMemory(9000, OCCASION).orElseThrow();
                    zero &=
                        memory.capacity() == 9000 && memory.alignedSlice(4096).capacity() == 8192;
                    zero &= memory.getLong(0) == 0 && memory.get(8999) == 0;
                    group.barrier(OCCASION);
                    memory.put(0, (byte) 1).put(8999, (byte) 1);
                  }
                  return zero;
                });

    assertThat(asPromised).containsOnly(true);
  }

  @Test
  void isForNobodyWhereOneJvmSharesNoMemory() {
    NetRanks mixed =
        NetRanks.on(1, 1, 1)
            .withEach(node -> node == 2 ? NetSettings.Tuning.SOCKETS : NetSettings.Tuning.DEFAULT);

    assertThat(mixed.run(3, group -> group.hostMemory(100, OCCASION)))
        .containsOnly(Optional.empty());
    assertThat(mixed.run(3, group -> group.sharesMemory())).containsOnly(false);
  }

  @Test
  void isForNobodyWhereABufferCannotHoldIt() {
    assertThat(
            NetRanks.on(1, 1)
                .run(2, group -> group.hostMemory(Integer.MAX_VALUE - 4095L, OCCASION)))
        .containsOnly(Optional.empty());
  }

  /** The file system has come to be full, or closed, since the JVMs were connected. */
  @Test
  void isForNobodyWhereTheFileCannotBeMade() {
    List<Optional<ByteBuffer>> memory =
        NetRanks.on(2, 1)
            .with(in(folder))
            .run(
                3,
                group -> {
                  if (group.rank() == 0) {
                    delete(folder);
                  }
                  group.barrier(OCCASION);
                  return group.hostMemory(100, OCCASION);
                });

    assertThat(memory).containsOnly(Optional.empty());
  }

  /** The file system of one JVM has gone since it was connected. */
  @Test
  void isForNobodyWhereOneCannotFindTheFile(@TempDir Path links) throws IOException {
    Path link = Files.createSymbolicLink(links.resolve("link"), folder);
    List<Optional<ByteBuffer>> memory =
        NetRanks.on(1, 1, 1)
            .withEach(node -> in(node == 2 ? link : folder))
            .run(
                3,
                group -> {
                  if (group.rank() == 2) {
                    assertThat(group.sharesMemory()).isTrue();
                    delete(link);
                  }
                  group.barrier(OCCASION);
                  return group.hostMemory(100, OCCASION);
                });

    assertThat(memory).containsOnly(Optional.empty());
    assertThat(names()).isEmpty();
  }

  @Test
  void namesTheRankThatDoesNotCome() {
    CountDownLatch over = new CountDownLatch(2);
    NetRanks impatient = NetRanks.on(2, 1).with(StallPolicy.failAfter(Duration.ofSeconds(2)));

    List<String> messages =
        impatient.run(
            3,
            group -> {
              if (group.rank() == 2) {
                await(over);
                return "";
              }
              try {
                group.hostMemory(100, OCCASION);
                return "";
              } catch (LockstepException e) {
                return e.getMessage();
              } finally {
                over.countDown();
              }
            });

    assertThat(messages.subList(0, 2))
        .allSatisfy(
            message ->
                assertThat(message)
                    .startsWith("Failed to complete")
                    .contains("rank 2")
                    .doesNotContain("waited for rank 0"));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static NetSettings.Tuning in(Path folder) {
    return NetSettings.Tuning.DEFAULT.sharing(
        Optional.of(new SharedMemory(folder, 1 << 16, 1 << 10)));
  }

  private List<Path> names() throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return names.toList();
    }
  }
}
