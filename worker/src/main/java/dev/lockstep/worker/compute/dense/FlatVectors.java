package dev.lockstep.worker.compute.dense;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Parameters and gradient of a network, each in one piece.
 *
 * @param parameters [parameters]
 * @param gradient [parameters]
 */
record FlatVectors(INDArray parameters, INDArray gradient) {
  FloatPointer parametersAt(int offset) {
    return at(parameters, offset);
  }

  FloatPointer gradientAt(int offset) {
    return at(gradient, offset);
  }

  FloatBuffer parameterFloats() {
    return floats(parameters);
  }

  FloatBuffer gradientFloats() {
    return floats(gradient);
  }

  private static FloatPointer at(INDArray vector, int offset) {
    return new FloatPointer(vector.data().pointer()).position(offset);
  }

  private static FloatBuffer floats(INDArray vector) {
    return vector.data().asNio().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
