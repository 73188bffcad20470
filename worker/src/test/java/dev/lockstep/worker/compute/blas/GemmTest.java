package dev.lockstep.worker.compute.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.lockstep.worker.compute.blas.Gemm.Operand;
import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class GemmTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 3;
  private static final int INNER = 4;

  private final Random random = new Random(6);

  @ParameterizedTest
  @CsvSource({
    "AS_IT_LIES, AS_IT_LIES",
    "AS_IT_LIES, TRANSPOSED",
    "TRANSPOSED, AS_IT_LIES",
    "TRANSPOSED, TRANSPOSED"
  })
  void multipliesWhatLiesThereOrItsTranspose(Operand ofA, Operand ofB) {
    float[] a = integers(ROWS * INNER);
    float[] b = integers(INNER * COLUMNS);
    float[] c = filled(Float.NaN);

    try (FloatPointer left = new FloatPointer(laid(ofA, a, ROWS, INNER));
        FloatPointer right = new FloatPointer(laid(ofB, b, INNER, COLUMNS));
        FloatPointer product = new FloatPointer(c)) {
      new Gemm(ofA, ofB).assign(ROWS, COLUMNS, INNER, left, right, product);
      product.get(c);
      assertThat(c).isEqualTo(product(a, b, filled(0)));

      new Gemm(ofA, ofB).add(ROWS, COLUMNS, INNER, left, right, product);
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

        new Gemm(Operand.AS_IT_LIES, Operand.AS_IT_LIES)
            .assign(ROWS, COLUMNS, INNER, left, right, product);

        around.get(memory);
        assertThat(memory).startsWith(Float.NaN, Float.NaN).endsWith(Float.NaN, Float.NaN);
        assertThat(Arrays.copyOfRange(memory, 2, 2 + size)).isEqualTo(product(a, b, filled(0)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSPOSED, AS_IT_LIES, 128, 512, 784",
    "TRANSPOSED, AS_IT_LIES, 128, 10, 256",
    "AS_IT_LIES, TRANSPOSED, 784, 512, 128",
    "AS_IT_LIES, TRANSPOSED, 256, 10, 128",
    "AS_IT_LIES, AS_IT_LIES, 256, 128, 10",
    "TRANSPOSED, TRANSPOSED, 3, 5, 7"
  })
  void hasTheBitsOfAProductThatBlasClears(
      Operand ofA, Operand ofB, int rows, int columns, int inner) {
    float[] own = new float[rows * columns];
    float[] ofBlas = new float[rows * columns];
    Arrays.fill(ofBlas, Float.NaN);
    try (FloatPointer left = new FloatPointer(floats(rows * inner));
        FloatPointer right = new FloatPointer(floats(inner * columns));
        FloatPointer product = new FloatPointer((long) rows * columns);
        FloatPointer cleared = new FloatPointer(ofBlas)) {
      new Gemm(ofA, ofB).assign(rows, columns, inner, left, right, product);
      product.get(own);
      int turnedA = ofA == Operand.TRANSPOSED ? CblasTrans : CblasNoTrans;
      int turnedB = ofB == Operand.TRANSPOSED ? CblasTrans : CblasNoTrans;
      int strideA = ofA == Operand.TRANSPOSED ? inner : rows;
      int strideB = ofB == Operand.TRANSPOSED ? columns : inner;
      cblas_sgemm(
          CblasColMajor,
          turnedA,
          turnedB,
          rows,
          columns,
          inner,
          1f,
          left,
          strideA,
          right,
          strideB,
          0f,
          cleared,
          rows);
      cleared.get(ofBlas);
    }

    assertThat(own).isEqualTo(ofBlas);
  }

  /** Half of them zeros, as ReLU leaves them. */
  private float[] floats(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Math.max(0f, (float) random.nextGaussian());
    }
    return values;
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
