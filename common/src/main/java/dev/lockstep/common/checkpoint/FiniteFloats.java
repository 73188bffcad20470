package dev.lockstep.common.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/** Counts the little-endian floats of a stream that are NaN or infinite. */
final class FiniteFloats implements Consumer<ByteBuffer> {
  private final ByteBuffer split = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long bad;

  /** Takes the next piece, which may begin and end within a float. */
  @Override
  public void accept(ByteBuffer piece) {
    while (split.position() > 0 && piece.hasRemaining()) {
      split.put(piece.get());
      countSplit();
    }
    FloatBuffer whole = piece.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    piece.position(piece.position() + whole.remaining() * Float.BYTES);
    while (whole.hasRemaining()) {
      count(whole.get());
    }
    split.put(piece);
  }

  void require(String what) throws DamageException {
    if (bad > 0) {
      throw new DamageException("%d values are not finite in %s".formatted(bad, what));
    }
  }

  private void countSplit() {
    if (!split.hasRemaining()) {
      count(split.flip().getFloat());
      split.clear();
    }
  }

  private void count(float value) {
    bad += Float.isFinite(value) ? 0 : 1;
  }
}
