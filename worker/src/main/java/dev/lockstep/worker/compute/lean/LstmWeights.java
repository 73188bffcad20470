package dev.lockstep.worker.compute.lean;

import java.nio.FloatBuffer;
import java.util.Map;
import org.deeplearning4j.nn.params.LSTMParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Parameters of an LSTM, or the gradient of them, in their network's flat vector.
 *
 * @param input [inputs, 4 units]
 * @param recurrent [units, 4 units]
 * @param biases [4 units]
 */
record LstmWeights(Columns input, Columns recurrent, FloatBuffer biases) {
  static LstmWeights of(Map<String, INDArray> views) {
    return new LstmWeights(
        Columns.of(views.get(LSTMParamInitializer.INPUT_WEIGHT_KEY)),
        Columns.of(views.get(LSTMParamInitializer.RECURRENT_WEIGHT_KEY)),
        Columns.floats(views.get(LSTMParamInitializer.BIAS_KEY)));
  }
}
