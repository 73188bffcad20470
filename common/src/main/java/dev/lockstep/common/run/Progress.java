package dev.lockstep.common.run;

/** Where a long command tells how far it is. */
public interface Progress {
  /** A passing state, such as a step's loss; the next one takes its place. */
  void status(String text);

  /** A line that stays. */
  void line(String text);
}
