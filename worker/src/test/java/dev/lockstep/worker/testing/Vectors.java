package dev.lockstep.worker.testing;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.ProcessGroup;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Vectors of lanes, and their sum by the definition of the tree. */
public final class Vectors {
  private static final long SEED = 7;

  private Vectors() {}

  /** The sums of a rank that brings {@link #ofLane} for each of its lanes. */
  public static LaneSums sums(ProcessGroup group, int length) {
    return sums(group, length, NodeForm.EXACT, lane -> ofLane(lane, length));
  }

  /** The sums of a rank that brings a vector for each of its lanes. */
  public static LaneSums sums(
      ProcessGroup group, int length, NodeForm form, IntFunction<float[]> ofLanes) {
    LaneSums sums = new LaneSums(group.tree(), group.lanes(), length);
    sums.clear(form);
    for (int lane = group.lanes().first(); lane < group.lanes().end(); lane++) {
      sums.add(vector(ofLanes.apply(lane)));
    }
    return sums;
  }

  public static FloatVector vector(float[] floats) {
    FloatVector vector = FloatVector.allocate(floats.length);
    vector.floats().put(0, floats);
    return vector;
  }

  public static float[] floats(FloatVector vector) {
    float[] floats = new float[vector.length()];
    vector.floats().get(0, floats);
    return floats;
  }

  /** The expected sum by the definition of the tree, one element at a time. */
  public static float[] canonicalSum(int lanes, int length) {
    return canonicalSum(lanes, length, lane -> ofLane(lane, length), (element, value) -> value);
  }

  /** What becomes of a value. */
  @FunctionalInterface
  public interface ElementRounding {
    /** The value of an element, rounded. */
    float round(int element, float value);
  }

  /** The expected sum of some vectors where each node is rounded, one element at a time. */
  public static float[] canonicalSum(
      int lanes, int length, IntFunction<float[]> ofLanes, ElementRounding rounding) {
    float[][] vectors = IntStream.range(0, lanes).mapToObj(ofLanes).toArray(float[][]::new);
    float[] sum = new float[length];
    for (int i = 0; i < length; i++) {
      sum[i] = canonicalSum(vectors, i, 0, lanes, rounding);
    }
    return sum;
  }

  private static float canonicalSum(
      float[][] vectors, int element, int start, int stop, ElementRounding rounding) {
    if (stop - start == 1) {
      return rounding.round(element, vectors[start][element]);
    }
    int left = 1;
    while (left * 2 < stop - start) {
      left *= 2;
    }
    return rounding.round(
        element,
        canonicalSum(vectors, element, start, start + left, rounding)
            + canonicalSum(vectors, element, start + left, stop, rounding));
  }

  /** Mostly zero, else the quantum or its negative. */
  public static float[] multiplesOfLane(int lane, int length, float quantum) {
    Random random = new Random(SEED + lane);
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = random.nextInt(50) > 0 ? 0 : random.nextBoolean() ? quantum : -quantum;
    }
    return vector;
  }

  /** Numbers of very different size, so that the order of addition shows. */
  public static float[] ofLane(int lane, int length) {
    Random random = new Random(SEED + lane);
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(6)));
    }
    return vector;
  }
}
