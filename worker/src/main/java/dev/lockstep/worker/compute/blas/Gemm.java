package dev.lockstep.worker.compute.blas;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A product of matrices that lie column after column, without gaps: C = op(A) op(B), where C is
 * [rows, columns], op(A) is [rows, inner] and op(B) is [inner, columns].
 *
 * <p>OpenBLAS begins each product with zeros and adds to them, but writes the zeros one at a time
 * on some processors. Here they are written at once, and BLAS is told to add to what is there: the
 * same sums in the same order.
 *
 * @param ofA what op makes of A
 * @param ofB what op makes of B
 */
public record Gemm(Operand ofA, Operand ofB) {
  /** Whether an operand of a product is taken as it lies in memory, or as its transpose. */
  public enum Operand {
    AS_IT_LIES(CblasNoTrans),
    TRANSPOSED(CblasTrans);

    private final int cblas;

    Operand(int cblas) {
      this.cblas = cblas;
    }

    /** The other one. */
    public Operand transpose() {
      return this == TRANSPOSED ? AS_IT_LIES : TRANSPOSED;
    }
  }

  /**
   * Leaves the product of A and B in C.
   *
   * @param c whose position moves meanwhile: it belongs to the thread that calls
   */
  public void assign(
      int rows, int columns, int inner, FloatPointer a, FloatPointer b, FloatPointer c) {
    long start = c.position();
    c.position(start * Float.BYTES); // memset counts a position in bytes
    Pointer.memset(c, 0, (long) rows * columns * Float.BYTES);
    c.position(start);
    add(rows, columns, inner, a, b, c);
  }

  /** Adds the product of A and B to C. */
  public void add(
      int rows, int columns, int inner, FloatPointer a, FloatPointer b, FloatPointer c) {
    int strideA = ofA == Operand.AS_IT_LIES ? rows : inner;
    int strideB = ofB == Operand.AS_IT_LIES ? inner : columns;
    cblas_sgemm(
        CblasColMajor,
        ofA.cblas,
        ofB.cblas,
        rows,
        columns,
        inner,
        1f,
        a,
        strideA,
        b,
        strideB,
        1f,
        c,
        rows);
  }
}
