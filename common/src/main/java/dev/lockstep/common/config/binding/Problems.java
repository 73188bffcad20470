package dev.lockstep.common.config.binding;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong with a document, collected so that it can be reported at once. */
public final class Problems {
  private final List<String> messages = new ArrayList<>();

  public void add(String message) {
    messages.add(message);
  }

  public int count() {
    return messages.size();
  }

  /** The problems in the order in which they were found. */
  public List<String> messages() {
    return List.copyOf(messages);
  }
}
