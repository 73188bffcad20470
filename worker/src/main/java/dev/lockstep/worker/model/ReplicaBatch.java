package dev.lockstep.worker.model;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.worker.data.Microbatch;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A microbatch as arrays that a network takes; a reader fills their memory directly, which lives as
 * long as the batch does.
 */
public final class ReplicaBatch implements Microbatch {
  private final int width;
  private final boolean classes;
  private final INDArray whole;
  private final FloatBuffer features;
  private final List<InputArray> inputs;
  private final Map<Integer, INDArray> targetsByUnits;
  private final List<Integer> units;
  private final float[] labels;
  private int samples;

  /**
   * @param ports what goes in and out of the network
   * @param capacity samples of a full microbatch
   */
  public ReplicaBatch(DataSchema schema, Ports ports, int capacity) {
    this.width = schema.input().size();
    this.classes = schema.label() instanceof LabelSchema.Classes;
    this.whole = array(capacity, width);
    this.features = whole.data().asNioFloat();
    this.inputs =
        ports.inputs().ofInputs().stream()
            .map(elements -> InputArray.of(elements, whole, capacity))
            .toList();
    this.units = ports.outputUnits();
    this.targetsByUnits = new HashMap<>();
    units.forEach(count -> targetsByUnits.computeIfAbsent(count, n -> array(capacity, n)));
    this.labels = new float[capacity];
  }

  @Override
  public FloatBuffer features() {
    return features;
  }

  @Override
  public float[] labels() {
    return labels;
  }

  @Override
  public void filled(int filledSamples) {
    samples = filledSamples;
    inputs.forEach(input -> input.gather(features, width, samples));
    targetsByUnits.forEach((count, array) -> fill(array.data().asNioFloat(), count));
  }

  /** Samples in the batch. */
  public int samples() {
    return samples;
  }

  /** The elements of each input, [samples, elements]. */
  public INDArray[] inputs() {
    return inputs.stream().map(input -> rows(input.array())).toArray(INDArray[]::new);
  }

  /** What each output should put out, [samples, units]: one-hot classes or the value. */
  public INDArray[] targets() {
    return units.stream().map(count -> rows(targetsByUnits.get(count))).toArray(INDArray[]::new);
  }

  private void fill(FloatBuffer targets, int count) {
    for (int sample = 0; sample < samples; sample++) {
      for (int unit = 0; unit < count; unit++) {
        targets.put(sample * count + unit, target(labels[sample], unit, count));
      }
    }
  }

  /** A class has a unit of its own, unless a single unit says which of two it is. */
  private float target(float label, int unit, int count) {
    if (!classes || count == 1) {
      return label;
    }
    return label == unit ? 1f : 0f;
  }

  private static INDArray array(int rows, int columns) {
    return Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, 'c');
  }

  /** A full batch is handed out as it is; a shorter one as arrays of its own size. */
  private INDArray rows(INDArray array) {
    return samples == whole.size(0)
        ? array
        : array.get(NDArrayIndex.interval(0, samples), NDArrayIndex.all()).dup('c');
  }
}
