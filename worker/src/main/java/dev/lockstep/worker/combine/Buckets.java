package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * The flat gradient cut into parts that are exchanged one after another: from its end to its start,
 * since that is how a backward pass completes it. A function of the network alone, so all ranks cut
 * alike.
 *
 * @param spans contiguous, the last part of the vector first
 */
public record Buckets(List<Span> spans) {
  /** Buckets of a large network: more of them cost latency and hide nothing more. */
  private static final int MOST = 16;

  /** The whole vector in one part. */
  static Buckets whole(int length) {
    return new Buckets(List.of(new Span(0, length)));
  }

  /**
   * Whole layers, from the last one on, until they have the least size; what is left at the start
   * of the vector is a bucket of its own, however small, since nobody computes beside it.
   *
   * @param layers in the order of the vector, without gaps
   * @param least floats of a bucket
   */
  public static Buckets of(List<Span> layers, int least) {
    int length = layers.stream().mapToInt(Span::length).sum();
    int enough = Math.max(least, length / MOST);
    List<Span> spans = new ArrayList<>();
    int end = length;
    for (int i = layers.size() - 1; i >= 0; i--) {
      int start = layers.get(i).start();
      if (end - start >= enough || i == 0) {
        spans.add(new Span(start, end));
        end = start;
      }
    }
    return new Buckets(List.copyOf(spans));
  }
}
