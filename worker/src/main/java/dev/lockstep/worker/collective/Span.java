package dev.lockstep.worker.collective;

import java.util.ArrayList;
import java.util.List;

/**
 * Some neighbouring floats of a vector.
 *
 * @param start the first of them
 * @param end one past the last
 */
public record Span(int start, int end) {
  public int length() {
    return end - start;
  }

  /** Whether all of another span lies in this one. */
  public boolean contains(Span other) {
    return start <= other.start && other.end <= end;
  }

  /** What both have in common, counted from the start of {@code whole}; empty where nothing. */
  public Span within(Span whole) {
    int first = Math.max(start, whole.start);
    return new Span(first - whole.start, Math.max(first, Math.min(end, whole.end)) - whole.start);
  }

  /**
   * What is left of this span, in order.
   *
   * @param holes in order, none of which overlaps with another
   */
  public List<Span> without(List<Span> holes) {
    List<Span> rest = new ArrayList<>();
    int from = start;
    for (Span hole : holes) {
      if (hole.end > start && hole.start < end) {
        addUnlessEmpty(rest, from, hole.start);
        from = hole.end;
      }
    }
    addUnlessEmpty(rest, from, end);
    return rest;
  }

  private static void addUnlessEmpty(List<Span> spans, int start, int end) {
    if (start < end) {
      spans.add(new Span(start, end));
    }
  }
}
