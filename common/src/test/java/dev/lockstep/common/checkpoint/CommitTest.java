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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
    driver = driver("faulty", TestDriver.KEEP_THREE);
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

  /**
   * Each is a call of the NameNode or more: what a checkpoint costs beside its bytes. The looks of
   * the test's file system before it renames are left out; it deletes what it replaces.
   */
  @Test
  void asksStorageForNoMoreThanItNeeds() {
    TestDriver sparing = driver("faulty", TestDriver.KEEP_ONE);
    sparing.commit(FIRST, 1);
    int before = plan.operations().size();

    sparing.commit(SECOND, 2);

    assertThat(plan.operations().subList(before, plan.operations().size()))
        .extracting(operation -> operation.substring(0, operation.indexOf(' ')))
        .filteredOn(operation -> !List.of("write", "status").contains(operation))
        .containsExactly(
            List.of(
                    List.of("create", "hflush", "close"), // vectors
                    List.of("create", "hflush", "close"), // manifest
                    List.of("list", "rename", "open"), // a later claim, the name, the manifest
                    List.of("list"), // marks on damaged ones, which retention must know
                    List.of("create", "hflush", "close", "rename"), // log entry
                    List.of("create", "hflush", "close", "delete", "rename"), // LATEST
                    List.of("delete")) // the one that is retired
                .stream()
                .flatMap(List::stream)
                .toArray(String[]::new));
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

    assertThatThrownBy(() -> driver("faulty", TestDriver.KEEP_THREE))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageMatching("Cannot create faulty:.*/lease/E00000002.json: permission denied");
  }

  /** What comes after the point of commit is best effort. */
  @ParameterizedTest
  @EnumSource(names = {"FAIL_BEFORE", "FAIL_AFTER"})
  void isDoneEvenWhereLatestAndRetentionFail(Mode mode) {
    TestDriver sparing = driver("faulty", TestDriver.KEEP_ONE);
    plan.breakEach(
        Integer.MAX_VALUE,
        operation ->
            operation.matches("(create|rename|delete) .*(LATEST|/checkpoints/).*")
                && !operation.startsWith("rename faulty:" + folder + "/run/.staging"),
        mode);

    sparing.commit(SECOND, 2);

    assertThat(sparing.events).anyMatch(event -> event.startsWith("Failed to write LATEST: "));
    assertThat(sparing.events).anyMatch(e -> e.startsWith("Failed to delete a checkpoint: "));
    plan.heal();
    assertThat(sparing.restored()).contains(2f);
    sparing.store.collectOrphans();
    assertThat(sparing.storage.names(sparing.run.checkpoints())).hasSize(1);
  }

  @Test
  void refusesWhatWasNotStagedForIt() {
    Staged staged = driver.stage(SECOND, 2);
    TestDriver next = driver("faulty", TestDriver.KEEP_THREE);

    assertThatThrownBy(() -> next.store.commit(staged, Optional.empty()))
        .hasMessageContaining("it was not staged for driver epoch 2 at Position[epoch=3, step=0]");
  }

  @Test
  void refusesAStagedFolderWhoseManifestIsAnother() {
    Staged staged = driver.stage(SECOND, 2);
    Staged other = new Staged(staged.folder(), "0".repeat(64), staged.position());

    assertThatThrownBy(() -> driver.store.commit(other, Optional.empty()))
        .hasMessageContaining("MANIFEST.json does not match the digest");
    assertThat(driver.restored()).contains(1f);
  }

  @Test
  void retiresWhatNeedNotStay() {
    TestDriver sparing = driver("faulty", new Retention(1, 1, OptionalInt.of(3), 0));
    for (int epoch = 3; epoch <= 7; epoch++) {
      double loss = Math.abs(epoch - 5);
      sparing.store.commit(sparing.stage(new Position(epoch, 0), epoch), Optional.of(loss));
    }

    assertThat(sparing.store.list())
        .extracting(checkpoint -> checkpoint.position().epoch())
        .containsExactly(4, 5, 7);
    assertThat(sparing.storage.names(sparing.run.checkpoints())).hasSize(3);
    assertThat(driver("faulty", TestDriver.KEEP_THREE).store.list()).hasSize(3);
  }

  /** Orphans of every sort, and what is none: files of a later driver and of others. */
  @Test
  void collectsOrphansAndNothingElse() throws IOException {
    Staged own = driver.stage(SECOND, 2);
    driver("faulty", TestDriver.KEEP_THREE).stage(SECOND, 3);
    TestDriver last = driver("faulty", TestDriver.KEEP_THREE);
    Path run = folder.resolve("run");
    String later = ".staging/r00000009-00000000-e00000009-00000000";
    Files.createDirectories(run.resolve(later));
    Files.createDirectories(run.resolve(".staging/model-1"));
    Files.createDirectories(run.resolve("checkpoints/r00000002-00000001-e00000001-00000000"));
    for (String name :
        new String[] {
          "log/.00000001.json.x.tmp",
          "lease/.E00000003.json.x.tmp",
          ".LATEST.x.tmp",
          "log/.00000099.json.x.tmp",
          "lease/.E00000009.json.x.tmp"
        }) {
      Files.writeString(run.resolve(name), "");
    }

    assertThat(last.store.collectOrphans()).hasSize(6).contains(last.run.root() + "/.LATEST.x.tmp");

    assertThat(last.storage.exists(own.folder())).isFalse();
    assertThat(last.storage.names(run + "/.staging"))
        .containsExactly("model-1", later.substring(later.indexOf('/') + 1));
    assertThat(run.resolve("log/.00000099.json.x.tmp")).exists();
    assertThat(run.resolve("lease/.E00000009.json.x.tmp")).exists();
    assertThat(last.restored()).contains(1f);
    assertThat(last.store.collectOrphans()).isEmpty();
  }

  @Test
  void renamesNothingOnAnObjectStore() {
    TestDriver objects = driver("object", TestDriver.KEEP_ONE);
    Staged staged = objects.stage(FIRST, 5);
    assertThat(staged.folder()).contains("/checkpoints/r00000002-00000000-e00000001-");
    assertThat(objects.restored()).isEmpty();

    objects.store.commit(staged, Optional.empty());
    objects.commit(SECOND, 6);

    assertThat(objects.restored()).contains(6f);
    assertThat(objects.storage.names(objects.run.checkpoints())).hasSize(1);
    assertThat(plan.operations()).noneMatch(o -> o.startsWith("rename object"));
  }

  @Test
  void commitsOnLocalFiles() {
    TestDriver local = driver("file", TestDriver.KEEP_ONE);
    local.commit(FIRST, 5);
    local.commit(SECOND, 6);

    assertThat(local.restored()).contains(6f);
    assertThat(local.storage.names(local.run.checkpoints())).hasSize(1);
    assertThat(local.storage.names(local.run.staging())).isEmpty();
  }

  private TestDriver driver(String scheme, Retention retention) {
    String run = scheme.equals("faulty") ? "/run" : "/" + scheme;
    return new TestDriver(new Storage(plan.settings()), scheme + "://" + folder + run, retention);
  }

  private static Predicate<String> renames(String target) {
    return operation -> operation.matches("rename .* to .*" + target + ".*");
  }
}
