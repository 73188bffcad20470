package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Sha256;
import dev.lockstep.common.storage.Storage;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints of formats that this Lockstep does not write. */
@Timeout(60)
final class StoredFormatTest {
  private static final Position POSITION = new Position(2, 0);
  private static final List<String> KERNELS = List.of("k1", "k2");

  @TempDir private Path folder;
  private final Storage storage = new Storage(Map.of());

  @Test
  void keepsTheKernelsThatHadAPartInIt() {
    Staged staged = stage();

    StoredCheckpoint checkpoint =
        StoredCheckpoint.open(storage, staged.folder(), staged.manifestSha256());

    assertThat(checkpoint.manifest().kernels()).isEqualTo(KERNELS);
  }

  @Test
  void readsAFormatThatKnowsNothingOfKernels() throws Exception {
    Staged staged = stage();
    String newer = rewritten("(\"formatVersion\" ?: ?)\\d+", "$13");
    String former = rewritten("\"kernels\" ?: ?\\[[^]]*], ?", "");
    assertThat(former).hasSizeLessThan(newer.length());

    StoredCheckpoint checkpoint =
        StoredCheckpoint.open(storage, staged.folder(), Sha256.of(former));

    checkpoint.verify();
    assertThat(checkpoint.manifest().kernels()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"2, an older", "9, a newer"})
  void refusesAnotherFormat(int version, String which) throws Exception {
    Staged staged = stage();
    String other = rewritten("(\"formatVersion\" ?: ?)\\d+", "$1" + version);

    assertThatThrownBy(() -> StoredCheckpoint.open(storage, staged.folder(), Sha256.of(other)))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessage(
            "Cannot read checkpoint name: cannot read %s/checkpoint.bin: its format version is %d"
                + " but this Lockstep knows 3 to 4 (use %s one)",
            staged.folder(), version, which);
  }

  private Staged stage() {
    String path = folder.resolve("name").toString();
    try (CheckpointWriter writer = new CheckpointWriter(storage, path)) {
      writer.vector(VectorNames.PARAMETERS, FloatBuffer.wrap(new float[] {1, 2}));
      return writer.finish("config", "data", KERNELS, "{}", TestDriver.state(POSITION));
    }
  }

  /** Changes the manifest, and returns it. */
  private String rewritten(String pattern, String replacement) throws Exception {
    Path file = folder.resolve("name").resolve(CheckpointManifest.FILE);
    Footer footer = Footer.read(storage, file.toString());
    String manifest = footer.manifest().replaceFirst(pattern, replacement);
    byte[] vectors = Arrays.copyOf(Files.readAllBytes(file), Math.toIntExact(footer.offset()));
    byte[] end = Footer.of(manifest).array();
    byte[] all = Arrays.copyOf(vectors, vectors.length + end.length);
    System.arraycopy(end, 0, all, vectors.length, end.length);
    Files.write(file, all);
    return manifest;
  }
}
