package dev.lockstep.common.failure;

import java.time.Duration;

/** How messages say how long something was waited for. */
public final class Waiting {
  private Waiting() {}

  /** A time in whole seconds, or in milliseconds below one second, with its unit. */
  public static String text(Duration time) {
    return time.toMillis() < 1000 ? time.toMillis() + " ms" : time.toSeconds() + " s";
  }
}
