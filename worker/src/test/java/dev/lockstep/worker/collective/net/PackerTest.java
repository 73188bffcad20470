package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.worker.collective.Bfloat16;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.testing.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packed floats come back bit for bit, in as many bytes as promised. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PackerTest {
  private static final int LENGTH = 10_000;
  private static final float QUANTUM = 0.0625f * 177;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Packer packer = new Packer();
  private final Unpacker unpacker = new Unpacker();

  /** How a float of a vector comes about. */
  private interface Kind {
    float next(Random random);
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        random -> 0,
        random -> -0f,
        random -> Float.intBitsToFloat(random.nextInt()),
        random -> Bfloat16.round((float) random.nextGaussian()),
        random -> QUANTUM * (random.nextInt(400) - 200),
        random -> random.nextInt(50) > 0 ? 0 : QUANTUM * (random.nextInt(3) - 1),
        random -> random.nextInt(2) > 0 ? 0 : QUANTUM * (random.nextInt(3) - 1),
        random -> random.nextInt(50) > 0 ? 0 : (float) random.nextGaussian(),
        random -> random.nextInt(50) > 0 ? 0 : Bfloat16.round((float) random.nextGaussian()),
        random -> random.nextInt(1000) > 0 ? QUANTUM : Float.NaN,
        random -> random.nextInt(9) > 0 ? 0 : Float.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void givesBackEveryBit(Kind kind) {
    for (int length : new int[] {0, 1, 255, 256, 257, LENGTH}) {
      float[] floats = floats(kind, length);

      FloatVector unpacked = FloatVector.allocate(length + 5);
      ByteBuffer packed = packed(floats, QUANTUM);
      assertThat(packed.remaining()).isLessThanOrEqualTo(PackedForm.most(length));
      unpacker.unpack(packed, unpacked, 5, length);

      Unpacker.requireEnd(packed);
      for (int i = 0; i < length; i++) {
        assertThat(Float.floatToRawIntBits(unpacked.floats().get(5 + i)))
            .as("float %d of %d, seed %d", i, length, seed)
            .isEqualTo(Float.floatToRawIntBits(floats[i]));
      }
    }
  }

  @Test
  void halvesWhatHasOnlyUpperHalves() {
    float[] floats = floats(r -> Bfloat16.round((float) r.nextGaussian()), LENGTH);

    assertThat(packed(floats, 0).remaining()).isEqualTo(4 + LENGTH * 2 + 40);
  }

  /** Besides the byte of each block, and one more of each but the last, which is all zeros. */
  @Test
  void takesTwoBytesForEachOfAFewMultiples() {
    float[] floats = new float[LENGTH];
    for (int i = 0; i < 100; i++) {
      floats[i * 100] = i % 2 == 0 ? QUANTUM : -3 * QUANTUM;
    }

    assertThat(packed(floats, QUANTUM).remaining()).isEqualTo(4 + 40 + 39 + 2 * 100);
  }

  @Test
  void takesAByteForABlockOfZeros() {
    assertThat(packed(new float[LENGTH], QUANTUM).remaining()).isEqualTo(4 + 40);
  }

  @Test
  void knowsHowManyFloatsFitIntoAnyNumberOfBytes() {
    for (int bytes = 10; bytes < 20_000; bytes++) {
      int floats = PackedForm.floatsWithin(bytes);
      assertThat(PackedForm.most(floats)).isLessThanOrEqualTo(bytes);
      assertThat(PackedForm.most(floats + 2)).isGreaterThan(bytes);
    }
  }

  @Test
  void refusesBytesThatAreNoFloats() {
    float[] floats = floats(r -> r.nextInt(9) > 0 ? 0 : QUANTUM * r.nextInt(9), 1000);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      ByteBuffer packed = packed(floats, QUANTUM);
      packed.put(random.nextInt(packed.limit()), (byte) random.nextInt());
      packed.limit(packed.limit() - random.nextInt(2));
      refused += isRefused(packed) ? 1 : 0;
    }
    assertThat(refused).as("seed %d", seed).isGreaterThan(2500);
  }

  @Test
  void refusesPlacesThatAreNotInOrder() {
    ByteBuffer bytes = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putFloat(1).put((byte) 9).put((byte) 2).put((byte) 7).put((byte) 3).putShort((short) 0);

    assertThatThrownBy(() -> unpacker.unpack(bytes.flip(), FloatVector.allocate(256), 0, 256))
        .isInstanceOf(ProtocolException.class)
        .hasMessage("its floats cannot be unpacked");
  }

  /** Anything but a refusal fails the test. */
  private boolean isRefused(ByteBuffer packed) {
    try {
      unpacker.unpack(packed, FloatVector.allocate(1000), 0, 1000);
      Unpacker.requireEnd(packed);
      return false;
    } catch (ProtocolException e) {
      return true;
    }
  }

  private float[] floats(Kind kind, int length) {
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      floats[i] = kind.next(random);
    }
    return floats;
  }

  private ByteBuffer packed(float[] floats, float quantum) {
    ByteBuffer target =
        ByteBuffer.allocateDirect(PackedForm.most(floats.length)).order(ByteOrder.LITTLE_ENDIAN);
    packer.pack(Vectors.vector(floats), new Segment(0, floats.length), quantum, target);
    return target.flip();
  }
}
