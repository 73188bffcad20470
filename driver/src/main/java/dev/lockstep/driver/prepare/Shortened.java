package dev.lockstep.driver.prepare;

import java.util.List;
import java.util.stream.Collectors;

/** Long things in short words, for messages. */
final class Shortened {
  private static final int ITEMS = 20;
  private static final int CHARACTERS = 200;

  private Shortened() {}

  /** The first items in quotes. */
  static String list(List<String> items) {
    String shown =
        items.stream().limit(ITEMS).map(item -> "'" + item + "'").collect(Collectors.joining(", "));
    return items.size() <= ITEMS ? shown : shown + " and " + (items.size() - ITEMS) + " more";
  }

  static String text(String text) {
    return text.length() <= CHARACTERS ? text : text.substring(0, CHARACTERS) + "…";
  }
}
