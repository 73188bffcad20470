package dev.lockstep.worker.compute.blas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.compute.blas.Gemm.Operand;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class GemmTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 3;
  private static final int INNER = 4;

  private final Random random = new Random(6);

  @ParameterizedTest
  @EnumSource
  void multipliesWhatLiesThereOrItsTranspose(Operand operand) {
    float[] a = integers(ROWS * INNER);
    float[] b = integers(INNER * COLUMNS);
    float[] c = filled(Float.NaN);

    try (FloatPointer left = new FloatPointer(laid(operand, a, ROWS, INNER));
        FloatPointer right = new FloatPointer(laid(operand, b, INNER, COLUMNS));
        FloatPointer product = new FloatPointer(c)) {
      Gemm.assign(operand, operand, ROWS, COLUMNS, INNER, left, right, product);
      product.get(c);
      assertThat(c).isEqualTo(product(a, b, filled(0)));

      Gemm.add(operand, operand, ROWS, COLUMNS, INNER, left, right, product);
      product.get(c);
      assertThat(c).isEqualTo(product(a, b, product(a, b, filled(0))));
    }
  }

  @Test
  void leavesWhatIsAroundTheResult() {
    float[] a = integers(ROWS * INNER);
    float[] b = integers(INNER * COLUMNS);
    int size = ROWS * COLUMNS;
    float[] memory = new float[size + 4];

    try (FloatPointer left = new FloatPointer(a);
        FloatPointer right = new FloatPointer(b);
        FloatPointer around = new FloatPointer(memory.length)) {
      for (FloatPointer product :
          new FloatPointer[] {around.getPointer(2), new FloatPointer(around).position(2)}) {
        Arrays.fill(memory, Float.NaN);
        around.put(memory);

        Gemm.assign(
            Operand.AS_IT_LIES, Operand.AS_IT_LIES, ROWS, COLUMNS, INNER, left, right, product);

        around.get(memory);
        assertThat(memory).startsWith(Float.NaN, Float.NaN).endsWith(Float.NaN, Float.NaN);
        assertThat(Arrays.copyOfRange(memory, 2, 2 + size)).isEqualTo(product(a, b, filled(0)));
      }
    }
  }

  /** Small ones, whose products and sums are exact. */
  private float[] integers(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextInt(19) - 9;
    }
    return values;
  }

  private static float[] filled(float value) {
    float[] values = new float[ROWS * COLUMNS];
    Arrays.fill(values, value);
    return values;
  }

  /** A matrix that lies column after column, or its transpose in that order. */
  private static float[] laid(Operand operand, float[] matrix, int rows, int columns) {
    if (operand == Operand.AS_IT_LIES) {
      return matrix;
    }
    float[] transpose = new float[matrix.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transpose[row * columns + column] = matrix[column * rows + row];
      }
    }
    return transpose;
  }

  private static float[] product(float[] a, float[] b, float[] before) {
    float[] c = before.clone();
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        for (int i = 0; i < INNER; i++) {
          c[column * ROWS + row] += a[i * ROWS + row] * b[column * INNER + i];
        }
      }
    }
    return c;
  }
}
