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

  /** Bytes of the parameters, which lie before the updater's state. */
  private static final int PARAMETERS = 2 * Float.BYTES;

  /** Bytes of both. */
  private static final int VECTORS = 4 * Float.BYTES;

  private static final String FILE = "name/checkpoint.bin";

  @TempDir private Path folder;
  private final Storage storage = new Storage(Map.of());

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 600_001})
  void givesBackEveryFloatBitForBit(int count) throws IOException {
    float[] values = new float[count + 2];
    new Random(count).ints(count).forEach(new Fill(values)::next);

    Staged staged = stage(FloatBuffer.wrap(values, 1, count), TestDriver.state(POSITION), POSITION);

    float[] read = open(staged).floats(VectorNames.UPDATER);
    assertThat(read).hasSize(count);
    byte[] raw = Files.readAllBytes(path(FILE));
    ByteBuffer bytes = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).position(PARAMETERS);
    for (int i = 0; i < count; i++) {
      assertThat(Float.floatToRawIntBits(read[i]))
          .isEqualTo(Float.floatToRawIntBits(values[i + 1]))
          .isEqualTo(bytes.getInt());
    }
    long manifest = bytes.getLong(raw.length - Long.BYTES);
    assertThat(bytes.remaining()).isEqualTo(manifest + Long.BYTES);
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
  void givesBackStateAndManifest() {
    CheckpointState state = TestDriver.state(POSITION);
    StoredCheckpoint checkpoint = open(stage(floats(1, 2), state, POSITION));

    assertThat(checkpoint.manifest().configuration()).isEqualTo("{\"é\": 1}");
    assertThat(checkpoint.state()).isEqualTo(state);
    assertThat(checkpoint.manifest().name()).isEqualTo("name");
    assertThat(checkpoint.manifest().configDigest()).isEqualTo("config");
    assertThat(checkpoint.manifest().dataDigest()).isEqualTo("data");
    assertThat(checkpoint.manifest().vectors())
        .extracting(VectorEntry::name)
        .containsExactly("parameters", "updater");
    assertThat(checkpoint.floats("parameters")).containsExactly(3, 4);
    assertThat(checkpoint.floats("updater")).containsExactly(1, 2);
    checkpoint.verify();
  }

  @Test
  void ignoresAFileThatIsNoPart() throws IOException {
    Staged staged = stage();
    Files.writeString(path("name/extra.bin"), "whatever");

    open(staged).verify();
  }

  @Test
  void givesBackAManifestThatIsLong() {
    String configuration = "{\"é\": \"%s\"}".formatted("x".repeat(200_000));
    try (CheckpointWriter writer = new CheckpointWriter(storage, path("name").toString())) {
      writer.vector(VectorNames.PARAMETERS, floats(3, 4));
      Staged staged =
          writer.finish("config", "data", List.of(), configuration, TestDriver.state(POSITION));

      StoredCheckpoint checkpoint = open(staged);

      assertThat(checkpoint.manifest().configuration()).isEqualTo(configuration);
      assertThat(checkpoint.floats("parameters")).containsExactly(3, 4);
      checkpoint.verify();
    }
  }

  @Test
  void refusesAFileThatIsTruncatedAnywhere() throws IOException {
    Staged staged = stage();
    byte[] content = Files.readAllBytes(path(FILE));
    for (int length = 0; length < content.length; length++) {
      Files.write(path(FILE), Arrays.copyOf(content, length));
      assertRefused(() -> open(staged)).hasMessageContaining("checkpoint.bin");
    }

    assertRefused(() -> open(staged))
        .hasMessage(
            "Cannot read checkpoint name: %s/checkpoint.bin does not end with a manifest",
            staged.folder());
  }

  @Test
  void refusesAFileInWhichAnyBitIsFlipped() throws IOException {
    Staged staged = stage();
    int length = Files.readAllBytes(path(FILE)).length;
    for (int index = 0; index < length; index++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] content = Files.readAllBytes(path(FILE));
        content[index] ^= (byte) (1 << bit);
        Files.write(path(FILE), content);
        assertRefused(() -> open(staged).verify()).hasMessageContaining("checkpoint.bin");
        content[index] ^= (byte) (1 << bit);
        Files.write(path(FILE), content);
      }
    }

    open(staged).verify();
  }

  @Test
  void refusesVectorsThatAreNotAll() throws IOException {
    Staged staged = stage();
    byte[] content = Files.readAllBytes(path(FILE));
    Files.write(path(FILE), Arrays.copyOfRange(content, Float.BYTES, content.length));

    assertRefused(() -> open(staged))
        .hasMessage(
            "Cannot read checkpoint name: %s/checkpoint.bin has 12 bytes of vectors, its manifest"
                + " says 16",
            staged.folder());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 15})
  void namesTheVectorInWhichABitIsFlipped(int index) throws IOException {
    Staged staged = stage();
    TwoCheckpoints.flip(path(FILE), index);
    String vector = index < PARAMETERS ? "parameters" : "updater";
    String other = index < PARAMETERS ? "updater" : "parameters";

    String message =
        "Cannot read checkpoint name: '%s' in %s/checkpoint.bin does not match the digest in its manifest"
            .formatted(vector, staged.folder());
    assertRefused(() -> open(staged).verify()).hasMessage(message);
    assertRefused(() -> open(staged).floats(vector)).hasMessage(message);
    assertThat(open(staged).floats(other)).hasSize(2);
  }

  @Test
  void namesTheFileThatIsMissing() throws IOException {
    Staged staged = stage();
    Files.delete(path(FILE));

    assertRefused(() -> open(staged).verify())
        .hasMessageStartingWith("Cannot read checkpoint name: cannot ")
        .hasMessageContaining("checkpoint.bin")
        .hasMessageEndingWith("no such file");
  }

  @Test
  void refusesAManifestOfAnotherDigest() throws IOException {
    Staged staged = stage();
    TwoCheckpoints.flip(path(FILE), VECTORS + 5);

    assertRefused(() -> open(staged))
        .hasMessage(
            "Cannot read checkpoint name: the manifest in %s/checkpoint.bin does not match the"
                + " digest in the commit log",
            staged.folder());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesParametersThatAreNotFinite(float bad) {
    try (CheckpointWriter writer = new CheckpointWriter(storage, path("name").toString())) {
      writer.vector(VectorNames.PARAMETERS, floats(1, bad, 2, bad));
      Staged staged = writer.finish("config", "data", List.of(), "{}", TestDriver.state(POSITION));

      assertRefused(() -> open(staged).verify())
          .hasMessageStartingWith(
              "Cannot read checkpoint name: 2 values are not finite in 'parameters' in ");
    }
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

  private Staged stage() {
    return stage(floats(1, 2), TestDriver.state(POSITION), POSITION);
  }

  private Staged stage(FloatBuffer values, CheckpointState state, Position position) {
    try (CheckpointWriter writer = new CheckpointWriter(storage, path("name").toString())) {
      writer.vector(VectorNames.PARAMETERS, floats(3, 4));
      writer.vector(VectorNames.UPDATER, values);
      Staged staged = writer.finish("config", "data", List.of("k1", "k2"), "{\"é\": 1}", state);
      assertThat(staged.position()).isEqualTo(position);
      assertThat(staged.folder()).isEqualTo("file:" + path("name"));
      return staged;
    }
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

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE));
  }
}
