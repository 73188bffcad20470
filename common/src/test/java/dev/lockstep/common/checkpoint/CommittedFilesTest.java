package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.testing.FaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commits ask of storage that does as it is told, and what stays of them there. */
@Timeout(60)
class CommittedFilesTest {
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
                    List.of("create", "hflush", "close"), // the checkpoint's file
                    List.of("list", "rename"), // a later claim, the name
                    List.of("create", "hflush", "close", "rename"), // log entry
                    List.of("delete")) // the one that is retired
                .stream()
                .flatMap(List::stream)
                .toArray(String[]::new));
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
  void commitsNothingOnAnObjectStoreThatTheDriverDoesNotSeeThere() {
    TestDriver objects = driver("object", TestDriver.KEEP_ONE);
    Staged staged = objects.stage(FIRST, 5);
    objects.storage.delete(staged.folder());

    assertThatThrownBy(() -> objects.store.commit(staged, Optional.empty()))
        .hasMessageContaining("no such file");
    assertThat(objects.restored()).isEmpty();
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
}
