package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.testing.FaultPlan;
import dev.lockstep.common.testing.FaultPlan.Mode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commits on storage that refuses, fails, or does not tell. */
@Timeout(60)
class CommitTest {
  private static final Position FIRST = new Position(2, 0);
  private static final Position SECOND = new Position(3, 0);

  @TempDir private Path folder;
  private final FaultPlan plan = FaultPlan.create();
  private TestDriver driver;

  @BeforeEach
  void commitOne() {
    driver = driver(TestDriver.KEEP_THREE);
    driver.commit(FIRST, 1);
  }

  @AfterEach
  void close() {
    plan.close();
  }

  /** F25: the rename is done, but its caller is told otherwise or never hears of it. */
  @ParameterizedTest
  @ValueSource(strings = {"/checkpoints/", "/log/"})
  void findsDoneWhatItWasNotToldOf(String target) {
    plan.failWith(() -> new SocketTimeoutException("no reply within 60000 ms"));
    plan.breakEach(1, renames(target), Mode.FAIL_AFTER);

    assertThat(driver.commit(SECOND, 2).number()).isEqualTo(3);

    assertThat(driver.restored()).contains(2f);
    assertThat(driver.store.list()).hasSize(2);
  }

  /** F25: as a file system whose rename returns false fails. */
  @ParameterizedTest
  @ValueSource(strings = {"/checkpoints/", "/log/"})
  void failsWhereARenameIsRefused(String target) {
    plan.breakEach(1, renames(target), Mode.FAIL_BEFORE);

    assertThatThrownBy(() -> driver.commit(SECOND, 2)).hasMessageContaining("injected");

    assertThat(driver.restored()).contains(1f);
    assertThat(driver.commit(SECOND, 3).driverEpoch()).isEqualTo(1);
    assertThat(driver.restored()).contains(3f);
  }

  /** F25: the log has the entry, but the commit was told a failure that is no passing one. */
  @Test
  void knowsItsOwnEntryWhereItWasNotToldOfIt() {
    plan.breakEach(1, renames("/log/"), Mode.FAIL_AFTER);
    Staged staged = driver.stage(SECOND, 2);

    assertThat(driver.store.commit(staged, Optional.empty()).number()).isEqualTo(3);
    assertThat(driver.store.commit(staged, Optional.empty()).number()).isEqualTo(3);
    assertThat(driver.commit(new Position(4, 0), 4).number()).isEqualTo(4);
    assertThat(driver.store.list()).hasSize(3);
  }

  @Test
  void commitsTheSameOnceHoweverOftenItIsTold() {
    Staged staged = driver.stage(SECOND, 2);
    CommittedCheckpoint once = driver.store.commit(staged, Optional.of(0.5));

    assertThat(driver.store.commit(staged, Optional.of(0.5))).isEqualTo(once);
    assertThat(driver.store.list()).hasSize(2);
  }

  @Test
  void waitsForStorageThatIsAwayForAMoment() {
    plan.failWith(() -> new IOException("All datanodes [127.0.0.1:9866] are bad. Aborting..."));
    Staged staged = driver.stage(SECOND, 2);
    plan.breakEach(3, operation -> true, Mode.FAIL_BEFORE);

    driver.store.commit(staged, Optional.empty());

    assertThat(driver.restored()).contains(2f);
    assertThat(driver.events).hasSize(3).allMatch(event -> event.contains("is tried again"));
  }

  @Test
  void givesUpWhenTheBudgetIsSpent() {
    plan.failWith(() -> new SocketTimeoutException("connect timed out"));
    Staged staged = driver.stage(SECOND, 2);
    plan.breakEach(Integer.MAX_VALUE, operation -> true, Mode.FAIL_BEFORE);

    assertThatThrownBy(() -> driver.store.commit(staged, Optional.empty()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageMatching("Failed to commit checkpoint r\\S+ after \\d+ tries: Cannot .*");

    plan.heal();
    assertThat(driver.restored()).contains(1f);
  }

  static Stream<Arguments> lasting() {
    return Stream.of(
        Arguments.of("quota", of(() -> new DSQuotaExceededException(10, 20))),
        Arguments.of(
            "wrapped quota",
            of(
                () ->
                    new RemoteException(
                        "org.apache.hadoop.hdfs.protocol.NSQuotaExceededException", "quota"))),
        Arguments.of("no space", of(() -> new IOException("No space left on device"))),
        Arguments.of("no permission", of(() -> new AccessControlException("user=x"))));
  }

  private static Supplier<IOException> of(Supplier<IOException> failure) {
    return failure;
  }

  /** F19, F26: what will not pass is not waited for, and nothing stays in staging. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("lasting")
  void failsAtOnceWhereWaitingDoesNotHelp(String name, Supplier<IOException> failure) {
    plan.failWith(failure);
    Staged staged = driver.stage(SECOND, 2);
    plan.breakEach(1, renames("/checkpoints/"), Mode.FAIL_BEFORE);

    assertThatThrownBy(() -> driver.store.commit(staged, Optional.empty()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageStartingWith("Cannot rename " + staged.folder());

    assertThat(driver.events).isEmpty();
    assertThat(driver.storage.names(driver.run.staging())).isEmpty();
    assertThat(driver.restored()).contains(1f);
  }

  /** F26 */
  @Test
  void failsBeforeAnythingElseWhereTheRunCannotBeWritten() {
    plan.failWith(() -> new AccessControlException("Permission denied: user=x, access=WRITE"));
    plan.breakEach(1, operation -> operation.startsWith("create"), Mode.FAIL_BEFORE);

    assertThatThrownBy(() -> driver(TestDriver.KEEP_THREE))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageMatching("Cannot create faulty:.*/lease/E00000002.json: permission denied");
  }

  /** What comes after the point of commit is best effort. */
  @ParameterizedTest
  @EnumSource(names = {"FAIL_BEFORE", "FAIL_AFTER"})
  void isDoneEvenWhereLatestAndRetentionFail(Mode mode) {
    TestDriver sparing = driver(TestDriver.KEEP_ONE);
    plan.breakEach(
        Integer.MAX_VALUE,
        operation ->
            operation.matches("(create|rename|delete) .*(LATEST|/checkpoints/).*")
                && !operation.startsWith("rename faulty:" + folder + "/run/.staging"),
        mode);

    sparing.commit(SECOND, 2);
    sparing.store.tellLatest();

    assertThat(sparing.events).anyMatch(event -> event.startsWith("Failed to write LATEST: "));
    assertThat(sparing.events).anyMatch(e -> e.startsWith("Failed to delete a checkpoint: "));
    plan.heal();
    assertThat(sparing.restored()).contains(2f);
    sparing.store.collectOrphans();
    assertThat(sparing.storage.names(sparing.run.checkpoints())).hasSize(1);
  }

  @Test
  void tellsNobodyOfItsLatestOnceAnotherDriverHasTheRun() {
    TestDriver next = driver(TestDriver.KEEP_THREE);
    next.commit(SECOND, 2);
    next.store.tellLatest();
    String latest = next.storage.readText(next.run.latest());

    driver.store.tellLatest();

    assertThat(next.storage.readText(next.run.latest())).isEqualTo(latest);
    assertThat(driver.events).isEmpty();
  }

  @Test
  void refusesWhatWasNotStagedForIt() {
    Staged staged = driver.stage(SECOND, 2);
    TestDriver next = driver(TestDriver.KEEP_THREE);

    assertThatThrownBy(() -> next.store.commit(staged, Optional.empty()))
        .hasMessageContaining("it was not staged for driver epoch 2 at Position[epoch=3, step=0]");
  }

  @Test
  void refusesAnotherManifestWhereTheRenameWasNotConfirmed() {
    Staged staged = driver.stage(SECOND, 2);
    plan.breakEach(1, renames("/checkpoints/"), Mode.FAIL_AFTER);
    Staged other =
        new Staged(staged.folder(), "0".repeat(64), staged.position(), staged.replicas());

    assertThatThrownBy(() -> driver.store.commit(other, Optional.empty()))
        .hasMessageContaining("checkpoint.bin does not match the digest");
    assertThat(driver.restored()).contains(1f);
  }

  private TestDriver driver(Retention retention) {
    return new TestDriver(new Storage(plan.settings()), "faulty://" + folder + "/run", retention);
  }

  private static Predicate<String> renames(String target) {
    return operation -> operation.matches("rename .* to .*" + target + ".*");
  }
}
