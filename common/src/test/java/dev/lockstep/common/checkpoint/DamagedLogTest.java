package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.SealedJson;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is restored where the commit log is damaged, lost or of the future, or LATEST lies. */
@Timeout(60)
class DamagedLogTest {
  private static final Storage STORAGE = new Storage(Map.of());

  @TempDir private Path folder;
  private TwoCheckpoints run;

  @BeforeEach
  void commitTwoCheckpoints() {
    run = TwoCheckpoints.commit(folder.resolve("run"));
  }

  /** F22: every bit of the entry that commits the latest. */
  @Test
  void usesTheOneBeforeWhicheverBitOfALogEntryIsFlipped() throws IOException {
    Path entry = run.path().resolve("log/00000003.json");
    byte[] content = Files.readAllBytes(entry);
    for (int bit = 0; bit < content.length * 8; bit += 3) {
      byte[] flipped = content.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(entry, flipped);
      assertThat(
              new CheckpointCatalog(STORAGE, new RunDirectory(run.path().toString()))
                  .list(event -> {}))
          .as("bit %d", bit)
          .satisfiesAnyOf(
              list ->
                  assertThat(list)
                      .extracting(CommittedCheckpoint::position)
                      .containsExactly(TwoCheckpoints.OLD),
              list -> assertThat(list).element(1).isEqualTo(run.latest()));
    }
    Files.write(entry, new byte[0]);

    TestDriver driver = run.driver();

    assertThat(driver.restored()).contains(1f);
    assertThat(driver.events).anyMatch(e -> e.startsWith("Skipped an entry of the commit log: "));
    assertThat(driver.commit(TwoCheckpoints.NEW, 3).number()).isEqualTo(5);
  }

  @Test
  void neverCollectsACheckpointThatADamagedEntryMayName() throws IOException {
    Files.write(run.path().resolve("log/00000003.json"), new byte[0]);

    TestDriver driver = run.driver();

    assertThat(driver.store.collectOrphans()).isEmpty();
    assertThat(Path.of(run.latest().folder())).exists();
  }

  /** F24 */
  @ParameterizedTest
  @ValueSource(strings = {"r00000002-00000000-e00000001-00000000", "", "../..", "none"})
  void believesTheLogWhereLatestLies(String lie) throws IOException {
    assertThat(run.path().resolve("LATEST")).hasContent(run.latest().name());
    Files.writeString(run.path().resolve("LATEST"), lie);

    assertThat(run.driver().restored()).contains(2f);
    Files.delete(run.path().resolve("LATEST"));
    assertThat(run.driver().restored()).contains(2f);
  }

  @Test
  void failsWhereTheLogIsLost() {
    STORAGE.delete(run.path() + "/log");

    TwoCheckpoints.assertRefused(run.driver())
        .hasMessageContaining("is there but its commit log is not");
  }

  @Test
  void failsWhereOnlyDamagedEntriesAreLeft() throws IOException {
    for (int i = 1; i <= 3; i++) {
      Files.write(run.path().resolve("log/0000000%d.json".formatted(i)), new byte[] {1});
    }

    TwoCheckpoints.assertRefused(run.driver())
        .hasMessageContaining("entries of its commit log are damaged or missing");
  }

  @Test
  void refusesALogOfTheFuture() throws IOException {
    LogEntry future =
        new LogEntry(
            2, 4, 1, "id", new LogEntry.Takeover(TestDriver.identity("a"), Optional.empty()));
    Files.writeString(run.path().resolve("log/00000004.json"), SealedJson.write(future));

    assertThatThrownBy(run::driver)
        .hasMessage(
            "Cannot read %s/log/00000004.json: its format version is 2 but this Lockstep knows 1"
                + " (use a newer one)",
            run.path());
  }
}
