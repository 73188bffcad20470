package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.SealedJson;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.testing.FaultPlan;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is restored where something of a run is damaged, missing, away or a lie. */
@Timeout(60)
class RestoreTest {
  private static final Position OLD = new Position(2, 0);
  private static final Position NEW = new Position(3, 0);

  @TempDir private Path folder;
  private final Storage storage = new Storage(Map.of());
  private Path run;
  private CommittedCheckpoint latest;

  @BeforeEach
  void commitTwoCheckpoints() {
    run = folder.resolve("run");
    TestDriver driver = driver();
    driver.commit(OLD, 1);
    latest = driver.commit(NEW, 2);
  }

  @Test
  void findsTheLatest() {
    TestDriver driver = driver();

    assertThat(driver.restored()).contains(2f);
    assertThat(driver.events).isEmpty();
    assertThat(driver.store.list())
        .extracting(CommittedCheckpoint::position)
        .containsExactly(OLD, NEW);
    assertThat(new CheckpointCatalog(storage, driver.run).list(driver.events::add))
        .isEqualTo(driver.store.list());
    assertThat(latest.name()).matches("r00000003-00000000-e00000001-[0-9a-f]{8}");
  }

  @Test
  void findsNothingInANewRun() {
    TestDriver driver =
        new TestDriver(storage, folder.resolve("new").toString(), TestDriver.KEEP_THREE);

    assertThat(driver.restored()).isEmpty();
    assertThat(driver.store.list()).isEmpty();
  }

  /** F21 */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "parameters.f32",
        "updater.f32",
        "state.json",
        "configuration.json",
        "MANIFEST.json"
      })
  void usesTheOneBeforeWhereAFileIsTruncated(String file) throws IOException {
    Path damaged = file(file);
    byte[] content = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(content, content.length - 1));

    assertPassedOver(file);
  }

  /** F22 */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "parameters.f32",
        "updater.f32",
        "state.json",
        "configuration.json",
        "MANIFEST.json"
      })
  void usesTheOneBeforeWhereABitIsFlipped(String file) throws IOException {
    flip(file(file), 5);

    assertPassedOver(file);
  }

  /** F23 */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "parameters.f32",
        "updater.f32",
        "state.json",
        "configuration.json",
        "MANIFEST.json"
      })
  void usesTheOneBeforeWhereAFileIsMissing(String file) throws IOException {
    Files.delete(file(file));

    assertPassedOver(file);
  }

  @Test
  void usesTheOneBeforeWhereTheWholeFolderIsMissing() {
    storage.delete(latest.folder());

    assertPassedOver("MANIFEST.json");
  }

  /** F23 */
  @Test
  void ignoresAFileThatIsTooMany() throws IOException {
    Files.writeString(file("more.bin"), "more");

    assertThat(driver().restored()).contains(2f);
  }

  /** F22: every bit of the entry that commits the latest. */
  @Test
  void usesTheOneBeforeWhicheverBitOfALogEntryIsFlipped() throws IOException {
    Path entry = run.resolve("log/00000003.json");
    byte[] content = Files.readAllBytes(entry);
    for (int bit = 0; bit < content.length * 8; bit += 3) {
      byte[] flipped = content.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(entry, flipped);
      assertThat(new CheckpointCatalog(storage, driverRun()).list(event -> {}))
          .as("bit %d", bit)
          .satisfiesAnyOf(
              list ->
                  assertThat(list).extracting(CommittedCheckpoint::position).containsExactly(OLD),
              list -> assertThat(list).element(1).isEqualTo(latest));
    }
    Files.write(entry, new byte[0]);

    TestDriver driver = driver();

    assertThat(driver.restored()).contains(1f);
    assertThat(driver.events).anyMatch(e -> e.startsWith("Skipped an entry of the commit log: "));
    assertThat(driver.commit(NEW, 3).number()).isEqualTo(5);
  }

  @Test
  void neverCollectsACheckpointThatADamagedEntryMayName() throws IOException {
    Files.write(run.resolve("log/00000003.json"), new byte[0]);

    TestDriver driver = driver();

    assertThat(driver.store.collectOrphans()).isEmpty();
    assertThat(Path.of(latest.folder())).exists();
  }

  /** F24 */
  @ParameterizedTest
  @ValueSource(strings = {"r00000002-00000000-e00000001-00000000", "", "../..", "none"})
  void believesTheLogWhereLatestLies(String lie) throws IOException {
    assertThat(run.resolve("LATEST")).hasContent(latest.name());
    Files.writeString(run.resolve("LATEST"), lie);

    assertThat(driver().restored()).contains(2f);
    Files.delete(run.resolve("LATEST"));
    assertThat(driver().restored()).contains(2f);
  }

  /** F43 */
  @Test
  void ordersByNumbersWhateverTheClocksSaid() throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.toList()) {
        boolean older = file.toString().contains(latest.name()) || file.endsWith("00000003.json");
        Files.setLastModifiedTime(
            file,
            FileTime.from(Instant.parse(older ? "1971-01-01T00:00:00Z" : "2999-01-01T00:00:00Z")));
      }
    }

    assertThat(driver().restored()).contains(2f);
    assertThat(driver().epoch.number()).isEqualTo(3);
  }

  @Test
  void failsWhereNoCheckpointIsWhole() throws IOException {
    for (CommittedCheckpoint checkpoint : driver().store.list()) {
      flip(Path.of(checkpoint.folder(), "parameters.f32"), 0);
    }
    TestDriver driver = driver();

    assertRefused(driver)
        .hasMessageStartingWith(
            "Cannot resume the run in %s: none of its 2 checkpoints can be used; the latest: Cannot"
                    .formatted(run)
                + " read checkpoint "
                + latest.name());
    assertRefused(driver).hasMessageContaining("was found damaged before");
  }

  @Test
  void failsWhereTheLogIsLost() {
    storage.delete(run + "/log");

    assertRefused(driver()).hasMessageContaining("is there but its commit log is not");
  }

  @Test
  void failsWhereOnlyDamagedEntriesAreLeft() throws IOException {
    for (int i = 1; i <= 3; i++) {
      Files.write(run.resolve("log/0000000%d.json".formatted(i)), new byte[] {1});
    }

    assertRefused(driver())
        .hasMessageContaining("entries of its commit log are damaged or missing");
  }

  @Test
  void refusesALogOfTheFuture() throws IOException {
    LogEntry future =
        new LogEntry(
            2, 4, 1, "id", new LogEntry.Takeover(TestDriver.identity("a"), Optional.empty()));
    Files.writeString(run.resolve("log/00000004.json"), SealedJson.write(future));

    assertThatThrownBy(this::driver)
        .hasMessage(
            "Cannot read %s/log/00000004.json: its format version is 2 but this Lockstep knows 1"
                + " (use a newer one)",
            run);
  }

  /** F18: a DataNode with the only replica does not come back in time. */
  @Test
  void usesTheOneBeforeWithoutAMarkWhereStorageIsAway() {
    try (FaultPlan plan = FaultPlan.create()) {
      TestDriver driver = faulty(plan);
      plan.failWith(() -> new IOException("Could not obtain block: BP-1 file=/x"));
      plan.breakEach(
          Integer.MAX_VALUE,
          operation -> operation.startsWith("open") && operation.contains(latest.name()),
          FaultPlan.Mode.FAIL_BEFORE);

      assertThat(driver.restored()).contains(1f);
      assertThat(driver.events).anyMatch(e -> e.contains("is tried again"));
      assertThat(run.resolve("quarantine")).doesNotExist();
    }
    assertThat(driver().restored()).contains(2f);
  }

  @Test
  void waitsForStorageThatIsAwayForAMoment() {
    try (FaultPlan plan = FaultPlan.create()) {
      TestDriver driver = faulty(plan);
      plan.failWith(() -> new ConnectException("Connection refused"));
      plan.breakEach(3, operation -> operation.startsWith("open"), FaultPlan.Mode.FAIL_BEFORE);

      assertThat(driver.restored()).contains(2f);
    }
  }

  private TestDriver faulty(FaultPlan plan) {
    return new TestDriver(new Storage(plan.settings()), "faulty://" + run, TestDriver.KEEP_THREE);
  }

  private void assertPassedOver(String reason) {
    TestDriver driver = driver();

    assertThat(driver.restored()).contains(1f);
    assertThat(driver.events)
        .singleElement()
        .asString()
        .startsWith("Passed over a checkpoint: Cannot read checkpoint " + latest.name())
        .contains(reason);
    assertThat(run.resolve("quarantine/%s.json".formatted(latest.name())))
        .content()
        .contains(reason);
    CommittedCheckpoint next = driver.commit(NEW, 3);
    assertThat(driver().restored()).contains(3f);
    assertThat(driver.store.list()).extracting(CommittedCheckpoint::name).endsWith(next.name());
    assertThat(driver.store.list())
        .extracting(CommittedCheckpoint::name)
        .doesNotContain(latest.name());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(TestDriver driver) {
    return assertThatThrownBy(driver::restored)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE));
  }

  private TestDriver driver() {
    return new TestDriver(storage, run.toString(), TestDriver.KEEP_THREE);
  }

  private RunDirectory driverRun() {
    return new RunDirectory(run.toString());
  }

  private Path file(String name) {
    return Path.of(latest.folder(), name);
  }

  private static void flip(Path file, int index) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int position = Math.min(index, content.length - 1);
    content[position] ^= 1;
    Files.write(file, content);
  }
}
