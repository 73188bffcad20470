package dev.lockstep.common.failure;

import java.util.Locale;

/** How messages say how many there are of something. */
public final class Count {
  private Count() {}

  /**
   * A number and its noun, such as {@code 1 lane} or {@code 4 lanes}.
   *
   * @param noun for one, whose plural has an s more
   */
  public static String of(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
  }
}
