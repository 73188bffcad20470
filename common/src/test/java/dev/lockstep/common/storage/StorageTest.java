package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.testing.FaultPlan;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class StorageTest {
  @TempDir private Path folder;
  private final Storage storage = new Storage(Map.of());

  @Test
  void replacesAFileAndLeavesNothingBeside() {
    String file = folder.resolve("report.json").toString();
    storage.writeAtomically(file, "old");
    storage.writeAtomically(file, "new");

    assertThat(storage.readText(file)).isEqualTo("new");
    assertThat(storage.names(folder.toString())).containsExactly("report.json");
  }

  @Test
  void keepsTheOldContentWhereTheNewCannotBeWritten() throws IOException {
    Path target = Files.createDirectories(folder.resolve("target/inside"));

    assertThatThrownBy(() -> storage.writeAtomically(target.getParent().toString(), "new"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageStartingWith("Cannot write " + target.getParent());
    assertThat(target).exists();
    assertThat(storage.names(folder.toString())).containsExactly("target");
  }

  @Test
  void letsOneOfManyCreateAFile() throws Exception {
    String file = folder.resolve("run/run.json").toString();
    int callers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    CyclicBarrier start = new CyclicBarrier(callers);
    List<Future<Boolean>> created = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      String content = "caller " + i;
      created.add(
          threads.submit(
              () -> {
                start.await();
                return storage.createExclusively(file, content);
              }));
    }
    int winners = 0;
    for (Future<Boolean> future : created) {
      winners += future.get() ? 1 : 0;
    }
    threads.shutdown();

    assertThat(winners).isEqualTo(1);
    assertThat(storage.readText(file)).startsWith("caller ");
  }

  @Test
  void refusesToRenameOntoATakenName() throws IOException {
    Files.createDirectories(folder.resolve("a"));
    Files.createDirectories(folder.resolve("b"));

    assertThatThrownBy(
            () -> storage.rename(folder.resolve("a").toString(), folder.resolve("b").toString()))
        .hasMessageContaining("the name is taken");
  }

  @Test
  void listsAFileAFolderAndAGlob() throws IOException {
    Files.writeString(folder.resolve("b.csv"), "b");
    Files.writeString(folder.resolve("a.csv"), "a");
    Files.writeString(folder.resolve("_SUCCESS"), "");
    Files.writeString(folder.resolve(".hidden"), "");

    assertThat(names(folder.toString())).containsExactly("a.csv", "b.csv");
    assertThat(names(folder + "/b*")).containsExactly("b.csv");
    assertThat(names(folder + "/a.csv")).containsExactly("a.csv");
    assertThat(names(folder + "/none")).isEmpty();
  }

  @Test
  void namesAFileThatIsMissing() {
    assertThatThrownBy(() -> storage.readText(folder + "/none"))
        .hasMessage("Cannot read " + folder + "/none: no such file");
  }

  @Test
  void listsTheFilesOfEveryFolderThatAGlobMatches() throws IOException {
    for (String day : List.of("day=1", "day=2", "_day=3")) {
      Files.writeString(Files.createDirectories(folder.resolve(day)).resolve(day + ".csv"), day);
    }
    Files.writeString(folder.resolve("days.csv"), "");

    assertThat(names(folder + "/*day*")).containsExactly("day=1.csv", "day=2.csv", "days.csv");
  }

  @Test
  void takesAPathThatExistsForNoGlob() throws IOException {
    Path odd = Files.createDirectories(folder.resolve("run[1]{a}"));
    Files.writeString(odd.resolve("a.csv"), "a");

    assertThat(names(odd.toString())).containsExactly("a.csv");
    assertThat(names(odd + "/a.csv")).containsExactly("a.csv");
  }

  @Test
  void createsAFileInALinkedFolder() throws IOException {
    Path real = Files.createDirectories(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);

    assertThat(storage.createExclusively(link + "/run.json", "mine")).isTrue();
    assertThat(storage.createExclusively(link + "/run.json", "yours")).isFalse();
    assertThat(real.resolve("run.json")).hasContent("mine");
    assertThat(storage.names(real.toString())).containsExactly("run.json");
  }

  @Test
  void saysThatAFileIsInTheWayOfAFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");

    assertThatThrownBy(() -> storage.createExclusively(file + "/run.json", "mine"))
        .hasMessage("Cannot create %s/run.json: %s is not a folder", file, file);
    assertThatThrownBy(() -> storage.readText(folder.toString()))
        .hasMessageStartingWith("Cannot read " + folder + ": ")
        .hasMessageNotContaining("no such file");
  }

  @Test
  void createsExclusivelyByARenameWhereFilesAreRemote() throws IOException {
    Configuration configuration = new Configuration();
    StorageKind remote =
        new RenamingFiles(FileSystem.getLocal(configuration), new FileContexts(configuration));
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(folder + "/run/run.json");

    assertThat(remote.createExclusively(file, "mine".getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(remote.createExclusively(file, "yours".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(storage.readText(file.toString())).isEqualTo("mine");
    assertThat(names(folder + "/run/.*")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void namesTheReasonOfARefusal(IOException cause, String reason) {
    assertThat(Refusal.of("read", "a", cause)).hasMessage("Cannot read a: " + reason);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(new FileNotFoundException("/a (Permission denied)"), "permission denied"),
        Arguments.of(new FileNotFoundException("/a (Is a directory)"), "is a directory"),
        Arguments.of(new FileNotFoundException("/a (No such file or directory)"), "no such file"),
        Arguments.of(new FileNotFoundException("File /a does not exist"), "no such file"),
        Arguments.of(new AccessDeniedException("/a"), "permission denied"),
        Arguments.of(new NoSuchFileException("/a"), "no such file"),
        Arguments.of(
            new FileSystemException("/a", null, "No space left on device"),
            "No space left on device (free some, or name another place)"),
        Arguments.of(new IOException("the node is gone"), "the node is gone"));
  }

  /** Files of the kernel are the ones that not even root can delete. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void failsWhereNothingIsDeleted() {
    assertThatThrownBy(() -> storage.delete("/proc/self/status"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageStartingWith("Cannot delete /proc/self/status: the file system refuses");
    storage.delete(folder + "/none");
  }

  @Test
  void namesAFileThatIsMissingWhenItIsToMove() {
    assertThatThrownBy(() -> storage.rename(folder + "/none", folder + "/other"))
        .hasMessage("Cannot rename " + folder + "/none: no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "faulty", "object"})
  void refusesToMoveWhatIsMissingOrToATakenName(String scheme) throws IOException {
    try (FaultPlan plan = FaultPlan.create()) {
      Storage any = new Storage(plan.settings());
      String root = scheme + ":" + folder;
      Files.createDirectories(folder.resolve("taken"));
      Files.createDirectories(folder.resolve("a"));

      assertThatThrownBy(() -> any.rename(root + "/none", root + "/b"))
          .hasMessage("Cannot rename %s/none: no such file", root);
      assertThatThrownBy(() -> any.rename(root + "/a", root + "/taken"))
          .hasMessageStartingWith("Cannot rename %s/a: cannot move it to".formatted(root))
          .hasMessageEndingWith("/taken (the name is taken)");
      assertThat(folder.resolve("taken")).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "faulty"})
  void makesTheParentsOfANewName(String scheme) throws IOException {
    try (FaultPlan plan = FaultPlan.create()) {
      Storage any = new Storage(plan.settings());
      Files.createDirectories(folder.resolve("a"));
      Files.writeString(folder.resolve("a/file"), "a");

      any.rename(scheme + ":" + folder + "/a", scheme + ":" + folder + "/new/parents/b");

      assertThat(folder.resolve("new/parents/b/file")).hasContent("a");
      assertThat(folder.resolve("a")).doesNotExist();
    }
  }

  @Test
  void readsAPartAndNothingOfAnEmptyOne() throws IOException {
    String file = Files.writeString(folder.resolve("digits"), "0123456789").toString();
    StringBuilder read = new StringBuilder();
    Consumer<ByteBuffer> pieces = piece -> read.append(StandardCharsets.UTF_8.decode(piece));

    storage.scan(file, 4, 3, pieces);
    storage.scan(file, 8, 5, pieces);
    storage.scan(file + ".none", 10, 0, pieces);

    assertThat(read).hasToString("45689");
  }

  @Test
  void readsAtAnyPosition() throws IOException {
    Path file = Files.writeString(folder.resolve("digits"), "0123456789");
    byte[] three = new byte[3];
    try (RandomReader reader = storage.openRandom(file.toString())) {
      reader.readFully(4, three);
      assertThat(three).isEqualTo("456".getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> reader.readFully(8, three)).isInstanceOf(IOException.class);
    }
  }

  private List<String> names(String pathOrGlob) {
    return storage.list(pathOrGlob).stream()
        .map(file -> file.path().substring(file.path().lastIndexOf('/') + 1))
        .toList();
  }

  @Test
  void callsAPartBeyondTheEndOfAFileAFailureThatMayPass() throws IOException {
    String file = Files.writeString(folder.resolve("file"), "abcdef").toString();

    assertThat(storage.read(file, 2, 3)).asString().isEqualTo("cde");
    assertThatThrownBy(() -> storage.read(file, 2, 5)).matches(TransientFailure::is);
  }

  @Test
  void takesPathsWithoutASchemeForLocalOnesWhereThatIsAskedFor() throws IOException {
    String file = Files.writeString(folder.resolve("job.yaml"), "job: a").toString();
    Storage onCluster = new Storage(Map.of("fs.defaultFS", "hdfs://127.0.0.1:1"));

    assertThat(onCluster.localByDefault().readText(file)).isEqualTo("job: a");
    assertThat(onCluster.localByDefault().qualify("hdfs://127.0.0.1:1/a"))
        .isEqualTo("hdfs://127.0.0.1:1/a");
    assertThat(onCluster.qualify(file)).isEqualTo("hdfs://127.0.0.1:1" + file);
  }
}
