package dev.lockstep.worker.collective;

import java.util.Arrays;
import java.util.List;

/**
 * Adds the nodes of several parts along the {@link LaneTree}, chunk by chunk, so that all that is
 * being added stays in the processor's cache. Belongs to one thread.
 */
public final class TreeAdder {
  private final int[] additions;
  private final int remaining;
  private final float[][] stack;

  /**
   * An adder of the parts' largest nodes.
   *
   * @param parts contiguous, in order; together they are {@code whole}
   */
  public TreeAdder(LaneTree tree, LaneRange whole, List<LaneRange> parts) {
    this.additions = tree.additionsAcross(whole, parts);
    this.remaining = additions.length - Arrays.stream(additions).sum();
    this.stack = new float[deepest(additions)][FloatChunks.SIZE];
  }

  /** Vectors that come out: the largest nodes of the whole, one where the whole is all lanes. */
  public int outputs() {
    return remaining;
  }

  /** Where the adder takes floats from: {@code length} of input number {@code node}. */
  @FunctionalInterface
  public interface Source {
    /** Copies floats {@code [start, start + length)} of an input to the start of an array. */
    void read(int node, int start, float[] target, int length);
  }

  /** Where the adder leaves sums. */
  @FunctionalInterface
  public interface Sink {
    /** Takes floats {@code [start, start + length)} of an output from the start of an array. */
    void write(int node, int start, float[] sum, int length);
  }

  /**
   * Adds the floats {@code [start, end)} of all inputs.
   *
   * @param rounding of each sum; inputs are rounded already
   */
  public void add(int start, int end, Rounding rounding, Source source, Sink sink) {
    for (int chunk = start; chunk < end; chunk += FloatChunks.SIZE) {
      int length = Math.min(FloatChunks.SIZE, end - chunk);
      addChunk(chunk, length, rounding, source);
      for (int node = 0; node < remaining; node++) {
        sink.write(node, chunk, stack[node], length);
      }
    }
  }

  private void addChunk(int start, int length, Rounding rounding, Source source) {
    int top = -1;
    for (int node = 0; node < additions.length; node++) {
      source.read(node, start, stack[++top], length);
      for (int i = 0; i < additions[node]; i++, top--) {
        FloatChunks.add(stack[top - 1], stack[top], length);
        rounding.apply(stack[top - 1], start, length);
      }
    }
  }

  /** The most vectors that are on the stack at once. */
  private static int deepest(int[] additions) {
    int[] depths = new int[additions.length];
    for (int i = 0, depth = 0; i < additions.length; i++) {
      depths[i] = ++depth;
      depth -= additions[i];
    }
    return Arrays.stream(depths).max().orElse(1);
  }
}
