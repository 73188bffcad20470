package dev.lockstep.driver.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.DurableFile;
import dev.lockstep.common.storage.Replicas;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.TransientFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.PrivilegedExceptionAction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Storage promises, on a real NameNode and two DataNodes. */
@Timeout(90)
class HdfsStorageIT extends OnHdfs {
  private String folder;
  private Storage storage;

  @BeforeEach
  void openFolderOfTheTest() {
    folder = hdfs.folder();
    storage = new Storage(hdfs.settings());
  }

  @Test
  void letsOnlyOneOfManyCreateAFile() throws Exception {
    int callers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      for (int round = 0; round < 6; round++) {
        String path = "%s/lease/%d.json".formatted(folder, round);
        List<Callable<Boolean>> all =
            IntStream.range(0, callers)
                .mapToObj(
                    caller ->
                        (Callable<Boolean>) () -> storage.createExclusively(path, "by " + caller))
                .toList();

        List<Future<Boolean>> answers = threads.invokeAll(all);

        int winner = -1;
        for (int caller = 0; caller < callers; caller++) {
          if (answers.get(caller).get()) {
            assertThat(winner).as("a second winner of round %d", round).isNegative();
            winner = caller;
          }
        }
        assertThat(storage.readText(path)).isEqualTo("by " + winner);
      }
      assertThat(storage.names(folder + "/lease")).hasSize(6);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void showsReadersTheOldContentOrTheNewOne() {
    String path = folder + "/report.json";
    storage.writeAtomically(path, "old");
    storage.writeAtomically(path, "new");

    assertThat(storage.readText(path)).isEqualTo("new");
    assertThat(storage.names(folder)).containsExactly("report.json");
  }

  @Test
  void movesWhatIsNamedWithoutTheNameNode() {
    String here = folder.replace(hdfs.uri(), "hdfs://");
    storage.writeAtomically(here + "/staged/file", "a");
    storage.rename(here + "/staged", here + "/moved");
    assertThat(storage.readText(folder + "/moved/file")).isEqualTo("a");
  }

  @Test
  void refusesToMoveAFolderIntoOneThatHasItsName() {
    storage.writeAtomically(folder + "/staged/file", "a");
    storage.writeAtomically(folder + "/taken/file", "b");

    assertThatThrownBy(() -> storage.rename(folder + "/staged", folder + "/taken"))
        .isInstanceOf(LockstepException.class)
        .hasMessageStartingWith("Cannot rename " + folder + "/staged: ")
        .hasMessageContaining("the name is taken");
    assertThat(storage.readText(folder + "/taken/file")).isEqualTo("b");
    assertThat(storage.names(folder + "/taken")).containsExactly("file");
  }

  @Test
  void saysThatPermissionIsMissing() throws Exception {
    hdfs.administer(
        root -> {
          root.mkdirs(new Path(folder));
          root.setPermission(new Path(folder), new FsPermission("755"));
          return null;
        });

    LockstepException failure =
        as("bob", () -> failureOf(() -> storage.writeAtomically(folder + "/run.json", "{}")));

    assertThat(failure).hasMessage("Cannot write %s/run.json: permission denied".formatted(folder));
    assertThat(TransientFailure.is(failure)).isFalse();
  }

  @Test
  void saysWhichQuotaIsExceeded() throws Exception {
    quota(1 << 20);

    LockstepException failure =
        failureOf(() -> storage.writeAtomically(folder + "/model.zip", new byte[1 << 10]));

    assertThat(failure)
        .hasMessageStartingWith("Cannot write %s/model.zip: ".formatted(folder))
        .hasMessageContaining("quota")
        .hasMessageContaining("exceeded");
    assertThat(failure.getMessage().lines()).as("one sentence").hasSize(1);
    assertThat(TransientFailure.is(failure)).isFalse();
  }

  @Test
  void takesAMissingNameNodeForAFailureThatPasses() {
    hdfs.nameNode().kill();

    LockstepException failure = failureOf(() -> storage.exists(folder));

    assertThat(failure)
        .hasMessageStartingWith("Cannot look up %s: ".formatted(folder))
        .hasMessageNotContaining("wiki");
    assertThat(TransientFailure.is(failure)).isTrue();
  }

  @Test
  void takesSafeModeForAFailureThatPasses() throws Exception {
    storage.writeAtomically(folder + "/a", "a");
    hdfs.enterSafeMode();

    LockstepException failure = failureOf(() -> storage.writeAtomically(folder + "/b", "b"));

    assertThat(failure).hasMessageContaining("safe mode");
    assertThat(failure.getMessage().lines()).as("one sentence").hasSize(1);
    assertThat(TransientFailure.is(failure)).isTrue();
    assertThat(storage.readText(folder + "/a")).isEqualTo("a");
  }

  @Test
  void takesAMissingBlockForAFailureThatPasses() {
    storage.writeAtomically(folder + "/a", "a");
    hdfs.dataNode(0).kill();
    hdfs.dataNode(1).kill();

    LockstepException failure = failureOf(() -> storage.read(folder + "/a"));

    assertThat(failure)
        .hasMessageStartingWith("Cannot read %s/a: ".formatted(folder))
        .hasMessageContaining("Could not obtain block");
    assertThat(TransientFailure.is(failure)).isTrue();
  }

  @Test
  void takesAMissingDataNodeForAFailureThatPassesWhateverIsLeftBehind() {
    hdfs.dataNode(0).kill();
    hdfs.dataNode(1).kill();

    LockstepException failure =
        failureOf(
            () -> {
              try (DurableFile file = storage.createDurably(folder + "/a")) {
                file.write(ByteBuffer.wrap(new byte[10]));
                file.finish();
              }
            });

    assertThat(failure).hasMessageContaining("could only be written to 0 of");
    assertThat(failure.getMessage().lines()).as("one sentence").hasSize(1);
    assertThat(TransientFailure.is(failure)).isTrue();
    assertThat(storage.length(folder + "/a")).as("what is left behind").isZero();
  }

  @Test
  void writesOnWhenOneOfTwoReplicasDies() throws IOException {
    storage = new Storage(hdfs.settings(2));
    byte[] half = new byte[8 << 20]; // more than a client has on its way

    try (DurableFile file = storage.createDurably(folder + "/a")) {
      file.write(ByteBuffer.wrap(half));
      hdfs.dataNode(0).kill();
      file.write(ByteBuffer.wrap(half));
      assertThat(file.finish()).isEqualTo(new Replicas(1, 2));
    }
    assertThat(storage.length(folder + "/a")).isEqualTo(2L * half.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 8 << 20})
  void knowsHowManyReplicasHdfsDidWithout(int length) throws IOException {
    storage = new Storage(hdfs.settings(2));

    Replicas before = replicasOf(folder + "/before", length);
    hdfs.dataNode(0).kill();
    Replicas after = replicasOf(folder + "/after", length);

    assertThat(before).isEqualTo(new Replicas(2, 2));
    assertThat(after).isEqualTo(new Replicas(1, 2));
  }

  private Replicas replicasOf(String path, int length) {
    try (DurableFile file = storage.createDurably(path)) {
      file.write(ByteBuffer.wrap(new byte[length]));
      return file.finish();
    }
  }

  @Test
  void forcesToDiskWhatMustNotBeLostAndNothingElse() throws IOException {
    long before = syncedInAll();
    try (DurableFile file = storage.createDurably(folder + "/durable")) {
      file.write(ByteBuffer.wrap(new byte[100_000]));
      file.finish();
    }
    storage.writeAtomically(folder + "/atomic", "content");
    storage.createExclusively(folder + "/exclusive", "content");
    try (OutputStream out = storage.create(folder + "/other")) {
      out.write(1);
    }

    assertThat(syncedInAll()).isEqualTo(before + 3);
  }

  /** What the DataNodes say once it has stood still for longer than they keep a figure. */
  private long syncedInAll() {
    AtomicLong last = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(2500))
        .until(
            () -> {
              long now = hdfs.synced();
              return last.getAndSet(now) == now;
            });
    return last.get();
  }

  @Test
  void outlivesAStreamWhoseFileAnotherDriverHasDeleted() {
    DurableFile file = storage.createDurably(folder + "/a");
    file.write(ByteBuffer.wrap(new byte[10]));
    storage.delete(folder);

    LockstepException failure = failureOf(file::finish);

    assertThat(failure).hasMessage("Cannot write %s/a: no such file".formatted(folder));
    assertThat(TransientFailure.is(failure)).isFalse();
  }

  @Test
  void readsWhatAStreamHasWritten() throws IOException {
    try (OutputStream out = storage.create(folder + "/data/part-0")) {
      out.write(new byte[] {1, 2, 3});
    }

    assertThat(storage.read(folder + "/data/part-0")).containsExactly(1, 2, 3);
    assertThat(storage.list(folder + "/data/part-*")).hasSize(1);
    assertThat(storage.list(folder + "/data").get(0).path()).startsWith(hdfs.uri());
  }

  private void quota(long bytes) throws IOException {
    hdfs.administer(
        root -> {
          root.mkdirs(new Path(folder));
          root.setQuota(new Path(folder), Long.MAX_VALUE, bytes);
          return null;
        });
  }

  private static LockstepException failureOf(Runnable action) {
    return catchThrowableOfType(LockstepException.class, action::run);
  }

  private static <T> T as(String user, PrivilegedExceptionAction<T> action) throws Exception {
    return UserGroupInformation.createRemoteUser(user).doAs(action);
  }
}
