package dev.lockstep.driver.prepare;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The different texts of a stream, up to a limit beyond which it only knows that it is passed. */
final class DistinctTexts implements Serializable {
  private static final long serialVersionUID = 1L;

  /** More than this are hardly categories. */
  static final int LIMIT = 10_000;

  private final Set<String> texts = new HashSet<>();

  void add(String text) {
    if (!exceeded()) {
      texts.add(text);
    }
  }

  void add(DistinctTexts other) {
    other.texts.forEach(this::add);
  }

  boolean exceeded() {
    return texts.size() > LIMIT;
  }

  List<String> inOrder() {
    return texts.stream().sorted().toList();
  }
}
