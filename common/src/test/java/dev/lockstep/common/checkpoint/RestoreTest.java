package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.TransientFailure;
import dev.lockstep.common.testing.FaultPlan;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is restored where something of a run is damaged, missing or away. */
@Timeout(60)
class RestoreTest {
  private static final Storage STORAGE = new Storage(Map.of());

  private static final String FILE = "checkpoint.bin";

  @TempDir private Path folder;
  private TwoCheckpoints run;

  @BeforeEach
  void commitTwoCheckpoints() {
    run = TwoCheckpoints.commit(folder.resolve("run"));
  }

  @Test
  void findsTheLatest() {
    TestDriver driver = run.driver();

    assertThat(driver.restored()).contains(2f);
    assertThat(driver.events).isEmpty();
    assertThat(driver.store.list())
        .extracting(CommittedCheckpoint::position)
        .containsExactly(TwoCheckpoints.OLD, TwoCheckpoints.NEW);
    assertThat(new CheckpointCatalog(STORAGE, driver.run).list(driver.events::add))
        .isEqualTo(driver.store.list());
    assertThat(run.latest().name()).matches("r00000003-00000000-e00000001-[0-9a-f]{8}");
  }

  @Test
  void findsNothingInANewRun() {
    TestDriver driver =
        new TestDriver(STORAGE, folder.resolve("new").toString(), TestDriver.KEEP_THREE);

    assertThat(driver.restored()).isEmpty();
    assertThat(driver.store.list()).isEmpty();
  }

  /** F21 */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 200})
  void usesTheOneBeforeWhereAFileIsTruncated(int bytes) throws IOException {
    byte[] content = Files.readAllBytes(run.file(FILE));
    Files.write(run.file(FILE), Arrays.copyOf(content, content.length - bytes));

    assertPassedOver(FILE);
  }

  /** F22 */
  @ParameterizedTest
  @ValueSource(ints = {5, 100, Integer.MAX_VALUE})
  void usesTheOneBeforeWhereABitIsFlipped(int index) throws IOException {
    TwoCheckpoints.flip(run.file(FILE), index);

    assertPassedOver(FILE);
  }

  /** F23 */
  @Test
  void usesTheOneBeforeWhereAFileIsMissing() throws IOException {
    Files.delete(run.file(FILE));

    assertPassedOver(FILE);
  }

  @Test
  void refusesCheckpointsOfAFormerFormatWithoutAMark() throws IOException {
    for (CommittedCheckpoint checkpoint : run.driver().store.list()) {
      Files.delete(Path.of(checkpoint.folder(), FILE));
      Files.writeString(Path.of(checkpoint.folder(), "MANIFEST.json"), "{\"formatVersion\": 2}");
    }
    TestDriver driver = run.driver();

    TwoCheckpoints.assertRefused(driver)
        .hasMessageContaining(
            "MANIFEST.json: its format version is 2 but this Lockstep knows 3 to 4 (use an older one)");
    assertThat(run.path().resolve("quarantine")).doesNotExist();
  }

  /** Storage that tells a length and then has not as many bytes is not sure of the file yet. */
  @Test
  void waitsForAFileThatIsShorterThanItsLength() {
    try (FaultPlan plan = FaultPlan.create()) {
      TestDriver driver = faulty(plan);
      plan.failWith(() -> new EOFException("Reached the end of stream"));
      plan.breakEach(2, operation -> operation.startsWith("open"), FaultPlan.Mode.FAIL_BEFORE);

      assertThat(driver.restored()).contains(2f);
      assertThat(run.path().resolve("quarantine")).doesNotExist();
    }
  }

  @Test
  void usesTheOneBeforeWhereTheWholeFolderIsMissing() {
    STORAGE.delete(run.latest().folder());

    assertPassedOver(FILE);
  }

  /** F23 */
  @Test
  void ignoresAFileThatIsTooMany() throws IOException {
    Files.writeString(run.file("more.bin"), "more");

    assertThat(run.driver().restored()).contains(2f);
  }

  /** F43 */
  @Test
  void ordersByNumbersWhateverTheClocksSaid() throws IOException {
    try (Stream<Path> files = Files.walk(run.path())) {
      for (Path file : files.toList()) {
        boolean older =
            file.toString().contains(run.latest().name()) || file.endsWith("00000003.json");
        Files.setLastModifiedTime(
            file,
            FileTime.from(Instant.parse(older ? "1971-01-01T00:00:00Z" : "2999-01-01T00:00:00Z")));
      }
    }

    assertThat(run.driver().restored()).contains(2f);
    assertThat(run.driver().epoch.number()).isEqualTo(3);
  }

  @Test
  void failsWhereNoCheckpointIsWhole() throws IOException {
    for (CommittedCheckpoint checkpoint : run.driver().store.list()) {
      TwoCheckpoints.flip(Path.of(checkpoint.folder(), FILE), 0);
    }
    TestDriver driver = run.driver();

    TwoCheckpoints.assertRefused(driver)
        .hasMessageStartingWith(
            "Cannot resume the run in %s: none of its 2 checkpoints can be used; the latest: Cannot"
                    .formatted(run.path())
                + " read checkpoint "
                + run.latest().name());
    TwoCheckpoints.assertRefused(driver)
        .hasMessageContaining(
            "was found damaged before: Cannot read checkpoint " + run.latest().name());
  }

  /** F18: a DataNode with the only replica does not come back in time. */
  @Test
  void usesTheOneBeforeWithoutAMarkWhereStorageIsAway() {
    try (FaultPlan plan = FaultPlan.create()) {
      TestDriver driver = faulty(plan);
      plan.failWith(() -> new IOException("Could not obtain block: BP-1 file=/x"));
      plan.breakEach(
          Integer.MAX_VALUE,
          operation -> operation.startsWith("open") && operation.contains(run.latest().name()),
          FaultPlan.Mode.FAIL_BEFORE);

      assertThat(driver.restored()).contains(1f);
      assertThat(driver.events).anyMatch(e -> e.contains("is tried again"));
      assertThat(run.path().resolve("quarantine")).doesNotExist();
    }
    assertThat(run.driver().restored()).contains(2f);
  }

  @Test
  void failsInAWayThatMayPassWhereWhatIsNotDamagedIsAway() throws IOException {
    TwoCheckpoints.flip(Path.of(run.latest().folder(), FILE), 0);
    try (FaultPlan plan = FaultPlan.create()) {
      TestDriver driver = faulty(plan);
      plan.failWith(() -> new ConnectException("Connection refused"));
      plan.breakEach(
          Integer.MAX_VALUE,
          operation ->
              operation.startsWith("open")
                  && operation.contains("/checkpoints/")
                  && !operation.contains(run.latest().name()),
          FaultPlan.Mode.FAIL_BEFORE);

      TwoCheckpoints.assertRefused(driver)
          .hasMessageContaining("(the same command goes on once the storage is back)")
          .satisfies(failure -> assertThat(TransientFailure.is(failure)).isTrue());
    }
    assertThat(run.driver().restored()).contains(1f);
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
    return new TestDriver(
        new Storage(plan.settings()), "faulty://" + run.path(), TestDriver.KEEP_THREE);
  }

  private void assertPassedOver(String reason) {
    TestDriver driver = run.driver();

    assertThat(driver.restored()).contains(1f);
    assertThat(driver.events)
        .singleElement()
        .asString()
        .startsWith("Passed over a checkpoint: Cannot read checkpoint " + run.latest().name())
        .contains(reason);
    assertThat(run.path().resolve("quarantine/%s.json".formatted(run.latest().name())))
        .content()
        .contains(reason);
    CommittedCheckpoint next = driver.commit(TwoCheckpoints.NEW, 3);
    assertThat(run.driver().restored()).contains(3f);
    assertThat(driver.store.list()).extracting(CommittedCheckpoint::name).endsWith(next.name());
    assertThat(driver.store.list())
        .extracting(CommittedCheckpoint::name)
        .doesNotContain(run.latest().name());
  }
}
