package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.testing.FaultPlan;
import dev.lockstep.common.testing.FaultPlan.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are measured while they are written, and documents that know their own digest. */
@Timeout(30)
class DurableFileTest {
  @TempDir private Path folder;

  @Test
  void isFlushedBeforeItIsClosedAndMeasuredAfter() {
    try (FaultPlan plan = FaultPlan.create()) {
      String path = "faulty:" + folder + "/a/file";
      Written written = write(new Storage(plan.settings()), path, "ab", "c");

      assertThat(written).isEqualTo(new Written(3, Sha256.of("abc")));
      assertThat(plan.operations())
          .isEqualTo(
              List.of(
                  "create " + path,
                  "write " + path,
                  "write " + path,
                  "hflush " + path,
                  "close " + path,
                  "status " + path));
    }
  }

  @Test
  void namesTheFileWhoseFlushFails() {
    try (FaultPlan plan = FaultPlan.create()) {
      plan.failWith(() -> new IOException("No space left on device"));
      plan.breakEach(1, operation -> operation.startsWith("hflush"), Mode.FAIL_BEFORE);
      String path = "faulty:" + folder + "/file";

      assertThatThrownBy(() -> write(new Storage(plan.settings()), path, "a"))
          .hasMessage(
              "Cannot write %s: No space left on device (free some, or name another place)", path);
    }
  }

  @Test
  void refusesAFileThatIsShorterThanWhatWasWritten() throws IOException {
    Path file = folder.resolve("file");
    Storage storage = new Storage(Map.of());
    try (DurableFile durable = storage.createDurably(file.toString())) {
      durable.write(bytes("abc"));
      Files.delete(file);
      Files.writeString(file, "a");

      assertThatThrownBy(durable::finish)
          .hasMessage("Cannot write %s: 3 bytes were written but the file system reports 1", file);
    }
  }

  @Test
  void hasTheOneCopyThatIsWantedWhereTheFileSystemMakesNoMore() {
    try (DurableFile durable =
        new Storage(Map.of()).createDurably(folder.resolve("file").toString())) {
      durable.write(bytes("abc"));

      assertThat(durable.finish()).isEqualTo(new Replicas(1, 1));
    }
  }

  /** A checkpoint that is given up ends at its next piece, however slow the file system is. */
  @Test
  void writesNoMoreOnceItsThreadIsInterrupted() throws IOException {
    Path path = folder.resolve("file");
    try (DurableFile durable = new Storage(Map.of()).createDurably(path.toString())) {
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> durable.write(bytes("abc")))
          .hasMessageStartingWith("Cannot write " + path)
          .satisfies(failure -> assertThat(TransientFailure.is(failure)).isFalse());
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(Files.size(path)).isZero();
  }

  @Test
  void refusesANameThatIsTaken() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");

    assertThatThrownBy(() -> write(new Storage(Map.of()), file.toString(), "new"))
        .hasMessageStartingWith("Cannot write " + file);
    assertThat(file).hasContent("old");
  }

  @Test
  void makesNoObjectOfWhatWasNotFinished() {
    try (FaultPlan plan = FaultPlan.create()) {
      Storage storage = new Storage(plan.settings());
      String path = "object:" + folder + "/file";
      try (DurableFile durable = storage.createDurably(path)) {
        durable.write(bytes("abc"));
      }
      plan.breakEach(1, operation -> operation.startsWith("write"), Mode.FAIL_BEFORE);

      assertThatThrownBy(() -> storage.createExclusively(path, "abcd"))
          .hasMessageContaining("injected");
      assertThat(storage.exists(path)).isFalse();
      assertThat(storage.movesAtOnce(path)).isFalse();
      assertThat(storage.createExclusively(path, "mine")).isTrue();
      assertThat(storage.createExclusively(path, "yours")).isFalse();
      storage.writeAtomically(path, "other");
      assertThat(storage.readText(path)).isEqualTo("other");
    }
  }

  @Test
  void noticesWhicheverBitOfASealedDocumentIsFlipped() {
    record Content(int formatVersion, double value) {}
    String text = SealedJson.write(new Content(1, 1.0 / 3));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int noticed = 0;
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        String content = SealedJson.open(new String(flipped, StandardCharsets.UTF_8), "x");
        assertThat(Json.read(content, Content.class, "x")).isEqualTo(new Content(1, 1.0 / 3));
      } catch (LockstepException e) {
        assertThat(e).hasMessageStartingWith("Cannot read x: ");
        noticed++;
      }
    }
    assertThat(noticed).isGreaterThan(bytes.length * 6);
  }

  private static Written write(Storage storage, String path, String... pieces) {
    try (DurableFile file = storage.createDurably(path)) {
      for (String piece : pieces) {
        file.write(bytes(piece));
      }
      Written whole = file.part();
      var unused = file.finish();
      return whole;
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
