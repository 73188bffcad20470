package dev.lockstep.worker.model;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.worker.data.Microbatch;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A microbatch as arrays that a network takes; a reader fills their memory directly. */
public final class ReplicaBatch implements Microbatch {
  private final int units;
  private final boolean classes;
  private final INDArray features;
  private final INDArray targets;
  private final FloatBuffer featureMemory;
  private final FloatBuffer targetMemory;
  private final float[] labels;
  private int samples;

  /**
   * @param units of the network's output layer
   * @param capacity samples of a full microbatch
   */
  public ReplicaBatch(DataSchema schema, int units, int capacity) {
    this.units = units;
    this.features = Nd4j.create(DataType.FLOAT, new long[] {capacity, schema.input().size()}, 'c');
    this.targets = Nd4j.create(DataType.FLOAT, new long[] {capacity, units}, 'c');
    this.featureMemory = features.data().asNioFloat();
    this.targetMemory = targets.data().asNioFloat();
    this.labels = new float[capacity];
    this.classes = schema.label() instanceof LabelSchema.Classes;
  }

  @Override
  public FloatBuffer features() {
    return featureMemory;
  }

  @Override
  public float[] labels() {
    return labels;
  }

  @Override
  public void filled(int filledSamples) {
    samples = filledSamples;
    for (int sample = 0; sample < samples; sample++) {
      for (int unit = 0; unit < units; unit++) {
        targetMemory.put(sample * units + unit, target(labels[sample], unit));
      }
    }
  }

  /** Samples in the batch. */
  public int samples() {
    return samples;
  }

  /** The features, [samples, elements]. */
  public INDArray input() {
    return rows(features);
  }

  /** What the network should put out, [samples, units]: one-hot classes or the value. */
  public INDArray targets() {
    return rows(targets);
  }

  /** A class has a unit of its own, unless a single unit says which of two it is. */
  private float target(float label, int unit) {
    if (!classes || units == 1) {
      return label;
    }
    return label == unit ? 1f : 0f;
  }

  /** A full batch is handed out as it is; a shorter one as arrays of its own size. */
  private INDArray rows(INDArray whole) {
    return samples == whole.size(0)
        ? whole
        : whole.get(NDArrayIndex.interval(0, samples), NDArrayIndex.all()).dup('c');
  }
}
