package dev.lockstep.worker.testing;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.ProcessGroup;
import java.util.Random;
import java.util.stream.IntStream;

/** Vectors of lanes, and their sum by the definition of the tree. */
public final class Vectors {
  private static final long SEED = 7;

  private Vectors() {}

  /** The sums of a rank that brings {@link #ofLane} for each of its lanes. */
  public static LaneSums sums(ProcessGroup group, int length) {
    LaneSums sums = new LaneSums(group.tree(), group.lanes(), length);
    for (int lane = group.lanes().first(); lane < group.lanes().end(); lane++) {
      sums.add(vector(ofLane(lane, length)));
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
    float[][] vectors = new float[lanes][];
    IntStream.range(0, lanes).forEach(lane -> vectors[lane] = ofLane(lane, length));
    float[] sum = new float[length];
    for (int i = 0; i < length; i++) {
      sum[i] = canonicalSum(vectors, i, 0, lanes);
    }
    return sum;
  }

  private static float canonicalSum(float[][] vectors, int element, int start, int stop) {
    if (stop - start == 1) {
      return vectors[start][element];
    }
    int left = 1;
    while (left * 2 < stop - start) {
      left *= 2;
    }
    return canonicalSum(vectors, element, start, start + left)
        + canonicalSum(vectors, element, start + left, stop);
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
