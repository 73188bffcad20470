package dev.lockstep.worker.compute.dense;

import static dev.lockstep.worker.compute.blas.Gemm.Operand.AS_IT_LIES;
import static dev.lockstep.worker.compute.blas.Gemm.Operand.TRANSPOSED;

import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.compute.blas.Gemm;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;

/**
 * One dense layer: its matrix products on BLAS, what is between them in Java.
 *
 * <p>The products are called with the operands, the layout and the transpositions that ND4J
 * chooses, since another call of the same product adds in another order. A batch is [samples,
 * inputs] row after row, which BLAS reads as [inputs, samples] column after column.
 */
final class DenseStage {
  /** Columns that are transposed together: a cache line of floats. */
  private static final int BLOCK = 16;

  private static final Gemm PRE_OUTPUT = new Gemm(TRANSPOSED, AS_IT_LIES);
  private static final Gemm WEIGHT_GRADIENT = new Gemm(AS_IT_LIES, TRANSPOSED);
  private static final Gemm INPUT_GRADIENT = new Gemm(AS_IT_LIES, AS_IT_LIES);

  private final DenseSpec spec;
  private final Span part;
  private final FloatPointer weights;
  private final FloatPointer weightGradient;
  private final FloatBuffer parameters;
  private final FloatBuffer gradient;
  private final float[] bias;
  private final Heap heap;

  DenseStage(DenseSpec spec, FlatVectors vectors, Heap heap) {
    this.spec = spec;
    this.part = new Span(spec.weights(), spec.end());
    this.weights = vectors.parametersAt(spec.weights());
    this.weightGradient = vectors.gradientAt(spec.weights());
    this.parameters = vectors.parameterFloats();
    this.gradient = vectors.gradientFloats();
    this.bias = new float[spec.units()];
    this.heap = heap;
  }

  DenseSpec spec() {
    return spec;
  }

  /** The layer's part of the flat vectors. */
  Span part() {
    return part;
  }

  /**
   * Leaves x W + b in the heap's rows.
   *
   * @param input x
   * @param product room for [samples, units]
   */
  void preOutput(FloatPointer input, Rows product, int samples) {
    int units = spec.units();
    int inputs = spec.inputs();
    PRE_OUTPUT.assign(samples, units, inputs, input, weights, product.pointer());
    product.floats().get(0, heap.columns(), 0, samples * units);
    spec.bias().ifPresent(offset -> parameters.get(offset, bias, 0, units));
    for (int first = 0; first < units; first += BLOCK) {
      addBias(heap.columns(), heap.rows(), first, Math.min(units, first + BLOCK), samples);
    }
  }

  private void addBias(float[] columns, float[] rows, int first, int end, int samples) {
    int units = spec.units();
    for (int sample = 0; sample < samples; sample++) {
      for (int unit = first; unit < end; unit++) {
        rows[sample * units + unit] = columns[unit * samples + sample] + bias[unit];
      }
    }
  }

  /**
   * Leaves the gradient of weights and bias in the flat gradient.
   *
   * @param delta gradient of the pre-output
   */
  void gradient(FloatPointer input, Rows delta, int samples) {
    WEIGHT_GRADIENT.assign(
        spec.inputs(), spec.units(), samples, input, delta.pointer(), weightGradient);
    if (spec.bias().isPresent()) {
      biasGradient(delta, samples);
    }
  }

  /** The sum over the samples, one after another. */
  private void biasGradient(Rows delta, int samples) {
    int units = spec.units();
    float[] rows = heap.rows();
    delta.floats().get(0, rows, 0, samples * units);
    Arrays.fill(bias, 0f);
    for (int sample = 0; sample < samples; sample++) {
      for (int unit = 0; unit < units; unit++) {
        bias[unit] += rows[sample * units + unit];
      }
    }
    gradient.put(spec.bias().getAsInt(), bias, 0, units);
  }

  /**
   * Leaves the gradient of the input in {@code epsilon}, [samples, inputs].
   *
   * @param delta gradient of the pre-output
   */
  void backward(Rows delta, Rows epsilon, int samples) {
    INPUT_GRADIENT.assign(
        spec.inputs(), samples, spec.units(), weights, delta.pointer(), epsilon.pointer());
  }
}
