package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;

@Timeout(60)
class ShardTaskTest {
  private static final String NAME = "train-00000.arrow";

  @TempDir Path directory;

  @Test
  void writesTheSameShardWhenRepeated() throws IOException {
    ShardTask task = task(directory);
    String first = task.call(samples(40)).next();
    Shard shard = Json.read(first, Shard.class, "test");
    byte[] content = Files.readAllBytes(directory.resolve(shard.file()));
    String second = task.call(samples(40)).next();
    assertThat(second).isEqualTo(first);
    assertThat(Files.readAllBytes(directory.resolve(shard.file()))).isEqualTo(content);
    assertThat(shard.file()).isEqualTo("train-00000-" + shard.sha256().substring(0, 16) + ".arrow");
    assertThat(shard.samples()).isEqualTo(40);
    assertThat(shard.blocks()).extracting(block -> block.samples()).containsExactly(16, 16, 8);
    assertThat(directory.resolve("staging")).isEmptyDirectory();
  }

  @Test
  void leavesAnEarlierShardAloneWhenItFails() throws IOException {
    ShardTask task = task(directory);
    String file = Json.read(task.call(samples(40)).next(), Shard.class, "test").file();
    byte[] content = Files.readAllBytes(directory.resolve(file));
    Iterator<Tuple2<Long, byte[]>> broken =
        IntStream.range(0, 40)
            .mapToObj(
                i -> {
                  if (i == 20) {
                    throw new IllegalStateException("the network is gone");
                  }
                  return sample(i);
                })
            .iterator();
    assertThatThrownBy(() -> task.call(broken)).hasMessage("the network is gone");
    assertThat(Files.readAllBytes(directory.resolve(file))).isEqualTo(content);
  }

  @Test
  void leavesAnotherShardOfThatPlaceAlone() throws IOException {
    ShardTask task = task(directory);
    Shard first = Json.read(task.call(samples(40)).next(), Shard.class, "test");
    Shard second = Json.read(task.call(samples(39)).next(), Shard.class, "test");

    assertThat(directory.resolve(first.file())).hasSize(first.bytes());
    assertThat(directory.resolve(second.file())).hasSize(second.bytes());
    assertThat(first.file()).isNotEqualTo(second.file());
  }

  @Test
  void tellsWhereItCannotWrite() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    assertThatThrownBy(() -> task(file).call(samples(1)))
        .isInstanceOfSatisfying(
            LockstepException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageStartingWith("Cannot write " + file + "/staging/train-00000.arrow.");
  }

  private static ShardTask task(Path directory) {
    ShardPlan plan = new ShardPlan(List.of(new ShardPlan.Planned("train", NAME, 0, 16)));
    return new ShardTask(
        plan,
        new ShardFormat(ElementType.UINT8, 3, true),
        StorageSettings.of(Map.of()),
        directory.toString(),
        directory.resolve("staging").toString());
  }

  private static Iterator<Tuple2<Long, byte[]>> samples(int count) {
    return IntStream.range(0, count).mapToObj(ShardTaskTest::sample).iterator();
  }

  private static Tuple2<Long, byte[]> sample(int i) {
    return new Tuple2<>((long) i, new byte[] {(byte) i, 1, 2, (byte) (i % 2), 0, 0, 0});
  }
}
