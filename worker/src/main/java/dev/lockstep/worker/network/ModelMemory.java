package dev.lockstep.worker.network;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the parameters of a network lie, the state of its optimizer and its gradient.
 *
 * @param parameters [parameters]
 * @param updaterState of a trainer; empty where the optimizer has none, or none is given
 * @param gradient of a trainer, [parameters]; empty where it takes memory of its own
 */
public record ModelMemory(
    INDArray parameters, Optional<INDArray> updaterState, Optional<INDArray> gradient) {
  /** Memory for a model alone. */
  public ModelMemory(INDArray parameters, Optional<INDArray> updaterState) {
    this(parameters, updaterState, Optional.empty());
  }

  /** Bytes of the model, its state behind the parameters. */
  public long bytes() {
    return Float.BYTES * (parameters.length() + updaterState.map(INDArray::length).orElse(0L));
  }

  /**
   * A model of the same shape in other memory, whatever that holds.
   *
   * @param memory direct, as long as {@link #bytes}
   */
  public ModelMemory in(ByteBuffer memory) {
    int parameterBytes = Math.toIntExact(Float.BYTES * parameters.length());
    return new ModelMemory(
        like(parameters, memory.slice(0, parameterBytes)),
        updaterState.map(
            state ->
                like(state, memory.slice(parameterBytes, memory.capacity() - parameterBytes))));
  }

  /**
   * The same with a place for the gradient.
   *
   * @param memory direct, as long as the parameters
   */
  public ModelMemory withGradientIn(ByteBuffer memory) {
    return new ModelMemory(parameters, updaterState, Optional.of(like(parameters, memory)));
  }

  /** Takes over the values of another model of the same shape. */
  public void assign(ModelMemory other) {
    parameters.assign(other.parameters);
    updaterState.ifPresent(state -> state.assign(other.updaterState.orElseThrow()));
  }

  /** An array of the same shape on memory that it keeps. */
  private static INDArray like(INDArray array, ByteBuffer memory) {
    FloatPointer floats = new FloatPointer(memory.order(ByteOrder.nativeOrder()).asFloatBuffer());
    DataBuffer buffer =
        Nd4j.createBuffer(floats, DataType.FLOAT, array.length(), FloatIndexer.create(floats));
    return Nd4j.create(buffer, array.shape());
  }
}
