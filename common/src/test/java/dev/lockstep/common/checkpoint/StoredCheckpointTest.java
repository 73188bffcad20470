package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of one checkpoint: written, read, and never believed unchecked. */
@Timeout(60)
class StoredCheckpointTest {
  private static final Position POSITION = new Position(3, 7);

  @TempDir private Path folder;
  private final Storage storage = new Storage(Map.of());

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 600_001})
  void givesBackEveryFloatBitForBit(int count) throws IOException {
    float[] values = new float[count + 2];
    new Random(count).ints(count).forEach(new Fill(values)::next);

    Staged staged = stage(FloatBuffer.wrap(values, 1, count), TestDriver.state(POSITION), POSITION);

    float[] read = open(staged).floats(CheckpointFiles.UPDATER);
    assertThat(read).hasSize(count);
    byte[] raw = Files.readAllBytes(path("name/" + CheckpointFiles.UPDATER));
    ByteBuffer bytes = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      assertThat(Float.floatToRawIntBits(read[i]))
          .isEqualTo(Float.floatToRawIntBits(values[i + 1]))
          .isEqualTo(bytes.getInt());
    }
    assertThat(bytes.hasRemaining()).isFalse();
  }

  /** Any bits but those of a NaN, whose payload a float register need not keep. */
  private static final class Fill {
    private final float[] values;
    private int next = 1;

    private Fill(float[] values) {
      this.values = values;
    }

    private void next(int bits) {
      float value = Float.intBitsToFloat(bits);
      values[next++] = Float.isNaN(value) ? 1 : value;
    }
  }

  @Test
  void givesBackTextStateAndManifest() {
    CheckpointState state = TestDriver.state(POSITION);
    StoredCheckpoint checkpoint = open(stage(floats(1, 2), state, POSITION));

    assertThat(checkpoint.text(CheckpointFiles.CONFIGURATION)).isEqualTo("{\"é\": 1}");
    assertThat(checkpoint.state()).isEqualTo(state);
    assertThat(checkpoint.manifest().name()).isEqualTo("name");
    assertThat(checkpoint.manifest().configDigest()).isEqualTo("config");
    assertThat(checkpoint.manifest().dataDigest()).isEqualTo("data");
    assertThat(checkpoint.manifest().files())
        .extracting(FileEntry::name)
        .containsExactly("configuration.json", "parameters.f32", "updater.f32", "state.json");
    checkpoint.verify();
  }

  @Test
  void ignoresAFileThatTheManifestDoesNotName() throws IOException {
    Staged staged = stage();
    Files.writeString(path("name/extra.bin"), "whatever");

    open(staged).verify();
  }

  @Test
  void namesTheFileThatIsTruncated() throws IOException {
    Staged staged = stage();
    byte[] content = Files.readAllBytes(path("name/parameters.f32"));
    Files.write(path("name/parameters.f32"), Arrays.copyOf(content, content.length - 4));

    assertRefused(() -> open(staged).verify())
        .hasMessage(
            "Cannot read checkpoint name: parameters.f32 has 4 bytes, its manifest says 8 in %s",
            staged.folder());
    assertRefused(() -> open(staged).floats("parameters.f32")).hasMessageContaining("4 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"configuration.json", "parameters.f32", "updater.f32", "state.json"})
  void namesTheFileInWhichABitIsFlipped(String file) throws IOException {
    Staged staged = stage();
    flip(path("name/" + file));

    assertRefused(() -> open(staged).verify())
        .hasMessage(
            "Cannot read checkpoint name: %s does not match the digest in its manifest in %s",
            file, staged.folder());
  }

  @ParameterizedTest
  @ValueSource(strings = {"configuration.json", "parameters.f32", "state.json", "MANIFEST.json"})
  void namesTheFileThatIsMissing(String file) throws IOException {
    Staged staged = stage();
    Files.delete(path("name/" + file));

    assertRefused(() -> open(staged).verify())
        .hasMessageStartingWith("Cannot read checkpoint name: cannot ")
        .hasMessageContaining(file)
        .hasMessageEndingWith("no such file");
  }

  @Test
  void refusesAManifestOfAnotherDigest() throws IOException {
    Staged staged = stage();
    flip(path("name/MANIFEST.json"));

    assertRefused(() -> open(staged))
        .hasMessage(
            "Cannot read checkpoint name: MANIFEST.json does not match the digest in the commit"
                + " log in %s",
            staged.folder());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesParametersThatAreNotFinite(float bad) {
    CheckpointWriter writer = new CheckpointWriter(storage, path("name").toString());
    writer.floats(CheckpointFiles.PARAMETERS, floats(1, bad, 2, bad));
    Staged staged = writer.finish("config", "data", TestDriver.state(POSITION));

    assertRefused(() -> open(staged).verify())
        .hasMessageStartingWith(
            "Cannot read checkpoint name: 2 values are not finite in parameters.f32");
  }

  @Test
  void findsAFloatThatIsSplitBetweenTwoPieces() {
    FiniteFloats floats = new FiniteFloats();
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(1).putFloat(Float.NaN).putFloat(2).flip();
    for (int i = 0; i < 12; i += 3) {
      floats.accept(bytes.slice(i, 3));
    }

    assertThatThrownBy(() -> floats.require("x")).hasMessage("1 values are not finite in x");
  }

  @Test
  void refusesAFormatOfTheFuture() {
    CheckpointState future = new CheckpointState(9, POSITION, 0, List.of(), List.of());
    Staged staged = stage(floats(1), future, POSITION);

    assertRefused(() -> open(staged).state())
        .hasMessage(
            "Cannot read %s/state.json: its format version is 9 but this Lockstep knows 1 (use a"
                + " newer one)",
            staged.folder());
  }

  private Staged stage() {
    return stage(floats(1, 2), TestDriver.state(POSITION), POSITION);
  }

  private Staged stage(FloatBuffer values, CheckpointState state, Position position) {
    CheckpointWriter writer = new CheckpointWriter(storage, path("name").toString());
    writer.text(CheckpointFiles.CONFIGURATION, "{\"é\": 1}");
    writer.floats(CheckpointFiles.PARAMETERS, floats(3, 4));
    writer.floats(CheckpointFiles.UPDATER, values);
    Staged staged = writer.finish("config", "data", state);
    assertThat(staged.position()).isEqualTo(position);
    assertThat(staged.folder()).isEqualTo("file:" + path("name"));
    return staged;
  }

  private StoredCheckpoint open(Staged staged) {
    return StoredCheckpoint.open(storage, staged.folder(), staged.manifestSha256());
  }

  private Path path(String name) {
    return folder.resolve(name);
  }

  private static FloatBuffer floats(float... values) {
    return FloatBuffer.wrap(values);
  }

  private static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE));
  }
}
