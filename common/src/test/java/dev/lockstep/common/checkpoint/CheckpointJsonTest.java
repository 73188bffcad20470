package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.ExchangeBytes;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Replicas;
import dev.lockstep.common.storage.SealedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What checkpoints are described by survives JSON bit for bit. */
@Timeout(60)
class CheckpointJsonTest {
  private static final long SEED = 4711;

  @Test
  void keepsEveryBitOfTheLosses() {
    List<LaneLoss> losses = new ArrayList<>();
    for (double special :
        new double[] {0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 2e-3, 1.0 / 3, 2.2e-308}) {
      losses.add(new LaneLoss(special, Long.MAX_VALUE));
    }
    Random random = new Random(SEED);
    random
        .longs(10_000)
        .mapToDouble(Double::longBitsToDouble)
        .filter(Double::isFinite)
        .forEach(loss -> losses.add(new LaneLoss(loss, 1)));
    CheckpointState state = new CheckpointState(new Position(3, 4), 2, losses, List.of(epoch()));

    CheckpointState again = Json.read(Json.write(state), CheckpointState.class, "state");

    assertThat(again).as("seed %d", SEED).isEqualTo(state);
    for (int i = 0; i < losses.size(); i++) {
      assertThat(Double.doubleToRawLongBits(again.losses().get(i).loss()))
          .isEqualTo(Double.doubleToRawLongBits(losses.get(i).loss()));
    }
  }

  @Test
  void keepsALossThatIsNoNumber() {
    for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      String json = Json.write(new LaneLoss(loss, 1));
      assertThat(Json.read(json, LaneLoss.class, "x")).isEqualTo(new LaneLoss(loss, 1));
    }
  }

  @Test
  void keepsLogEntriesAndWhatWasStaged() {
    LogEntry.Checkpoint checkpoint =
        new LogEntry.Checkpoint(
            "name", "digest", new Position(2, 0), Optional.of(1.0 / 3), List.of("old"));
    for (LogEntry.Event event :
        List.of(
            checkpoint,
            new LogEntry.Rollback(Optional.of("name"), List.of("later")),
            new LogEntry.Rollback(Optional.empty(), List.of()),
            new LogEntry.Takeover(TestDriver.identity("a"), Optional.of("name")),
            new LogEntry.Takeover(TestDriver.identity("a"), Optional.empty()))) {
      LogEntry entry = new LogEntry(LogEntry.FORMAT_VERSION, 1L << 40, 2, "id", event);
      String content = SealedJson.open(SealedJson.write(entry), "log");
      assertThat(Json.read(content, LogEntry.class, "log")).isEqualTo(entry);
    }
    Staged staged =
        new Staged("hdfs://h/run/.staging/x", "digest", new Position(2, 1), new Replicas(1, 2));
    assertThat(Json.read(Json.write(staged), Staged.class, "staged")).isEqualTo(staged);
  }

  @Test
  void ordersPositions() {
    assertThat(List.of(new Position(1, 9), new Position(2, 0), new Position(2, 1))).isSorted();
    assertThat(Position.START).isEqualTo(new Position(1, 0));
    assertThatThrownBy(() -> new Position(0, 0)).hasMessage("no position: epoch 0, step 0");
  }

  @Test
  void readsBackTheNamesOfCheckpoints() {
    CheckpointName name = CheckpointName.random(new Position(12, 345), 6);

    assertThat(name.toString()).matches("r00000012-00000345-e00000006-[0-9a-f]{8}");
    assertThat(CheckpointName.parse(name.toString())).contains(name);
    assertThat(CheckpointName.parse("r00000000-00000345-e00000006-00000000")).isEmpty();
    assertThat(CheckpointName.parse("model-1")).isEmpty();
  }

  private static EpochReport epoch() {
    Metrics metrics =
        new Metrics(
            5,
            0.1 + 0.2,
            Optional.of(0.9),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new EpochReport(
        1,
        1e-300,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        Optional.of(new ExchangeBytes(9, 10)),
        9,
        Optional.of(metrics));
  }
}
