package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
}
