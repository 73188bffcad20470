package dev.lockstep.worker.compute.lean;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array [samples, units, time] in the order in which DL4J's recurrent layers make it: time step
 * after time step, each a matrix [samples, units] column after column.
 */
final class TimeSteps {
  private final INDArray array;
  private final FloatPointer pointer;
  private final FloatBuffer floats;
  private final int samples;
  private final int units;

  private TimeSteps(INDArray array) {
    this.array = array;
    this.pointer = new FloatPointer(array.data().pointer());
    this.floats = Columns.floats(array);
    this.samples = Math.toIntExact(array.size(0));
    this.units = Math.toIntExact(array.size(1));
  }

  /**
   * The time steps of an array, copied where they lie in memory in another way.
   *
   * @param type of the copy
   */
  static TimeSteps of(ArrayType type, INDArray array, LayerWorkspaceMgr workspaces) {
    INDArray floats = array.castTo(DataType.FLOAT);
    boolean inOrder =
        floats.stride(0) == 1
            && floats.stride(1) == floats.size(0)
            && floats.stride(2) == floats.size(0) * floats.size(1);
    return new TimeSteps(inOrder ? floats : workspaces.dup(type, floats, 'f'));
  }

  /** Time steps to be filled. */
  static TimeSteps room(
      ArrayType type, long samples, long units, long time, LayerWorkspaceMgr workspaces) {
    long[] shape = {samples, units, time};
    return new TimeSteps(workspaces.createUninitialized(type, DataType.FLOAT, shape, 'f'));
  }

  INDArray array() {
    return array;
  }

  /** Number of time steps. */
  int count() {
    return Math.toIntExact(array.size(2));
  }

  int samples() {
    return samples;
  }

  int units() {
    return units;
  }

  /** A time step for BLAS, until the next call. */
  Columns at(int step) {
    return Columns.at(pointer.position(array.offset() + start(step)), samples, units);
  }

  /** Copies a time step out of native memory. */
  void read(int step, float[] target) {
    floats.get(start(step), target, 0, samples * units);
  }

  /** Copies a time step into native memory. */
  void write(int step, float[] source) {
    floats.put(start(step), source, 0, samples * units);
  }

  /** Copies the gates of a time step, which share its units, out of native memory. */
  void read(int step, Iterable<Gate> gates) {
    int from = start(step);
    for (Gate gate : gates) {
      floats.get(from, gate.values, 0, gate.values.length);
      from += gate.values.length;
    }
  }

  /** Copies the gates of a time step into native memory. */
  void write(int step, Iterable<Gate> gates) {
    int from = start(step);
    for (Gate gate : gates) {
      floats.put(from, gate.values, 0, gate.values.length);
      from += gate.values.length;
    }
  }

  private int start(int step) {
    return step * samples * units;
  }
}
