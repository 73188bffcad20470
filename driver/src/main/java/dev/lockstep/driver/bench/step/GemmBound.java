package dev.lockstep.driver.bench.step;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The matrix products of a step of a dense network and nothing else: one forward, one for the
 * weights' gradient and, but for the first layer, one for the input's gradient of each layer.
 */
final class GemmBound {
  private final int samples;
  private final List<Product> products = new ArrayList<>();

  /** A layer's matrices, of any content. */
  private record Product(
      int inputs, int units, FloatPointer weights, FloatPointer in, FloatPointer out) {}

  /**
   * @param widths of the features and of each layer
   */
  GemmBound(int samples, List<Integer> widths) {
    this.samples = samples;
    for (int layer = 1; layer < widths.size(); layer++) {
      int inputs = widths.get(layer - 1);
      int units = widths.get(layer);
      products.add(
          new Product(
              inputs,
              units,
              zeros((long) inputs * units),
              zeros((long) samples * inputs),
              zeros((long) samples * units)));
    }
  }

  void run() {
    for (int layer = 0; layer < products.size(); layer++) {
      Product p = products.get(layer);
      multiply(CblasTrans, CblasNoTrans, samples, p.units, p.inputs, p.in, p.weights, p.out);
      multiply(CblasNoTrans, CblasTrans, p.inputs, p.units, samples, p.in, p.out, p.weights);
      if (layer > 0) {
        multiply(CblasNoTrans, CblasNoTrans, p.inputs, samples, p.units, p.weights, p.out, p.in);
      }
    }
  }

  /** C = A B, [rows, columns] = [rows, inner] [inner, columns], column after column. */
  private static void multiply(
      int transposeA,
      int transposeB,
      int rows,
      int columns,
      int inner,
      FloatPointer a,
      FloatPointer b,
      FloatPointer c) {
    int strideA = transposeA == CblasNoTrans ? rows : inner;
    int strideB = transposeB == CblasNoTrans ? inner : columns;
    cblas_sgemm(
        CblasColMajor,
        transposeA,
        transposeB,
        rows,
        columns,
        inner,
        1f,
        a,
        strideA,
        b,
        strideB,
        0f,
        c,
        rows);
  }

  private static FloatPointer zeros(long length) {
    return new FloatPointer(length).zero();
  }
}
