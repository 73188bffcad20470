package dev.lockstep.common.checkpoint;

import java.util.Comparator;
import java.util.OptionalInt;

/**
 * How far a run has come: all of {@code epoch - 1} epochs and the first steps of one more are done.
 *
 * @param epoch the one that is being trained, counted from 1
 * @param step steps of this epoch that are done
 */
public record Position(int epoch, int step) implements Comparable<Position> {
  /** Nothing is done. */
  public static final Position START = new Position(1, 0);

  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::epoch).thenComparingInt(Position::step);

  public Position {
    if (epoch < 1 || step < 0) {
      throw new IllegalArgumentException("no position: epoch %d, step %d".formatted(epoch, step));
    }
  }

  /** Whether no step of an epoch is done. */
  public boolean startsEpoch() {
    return step == 0;
  }

  /** The whole epochs that are done; empty within an epoch and at the start. */
  OptionalInt completedEpochs() {
    return step == 0 && epoch > 1 ? OptionalInt.of(epoch - 1) : OptionalInt.empty();
  }

  /**
   * The position for people: {@code epoch 3, step 5}, or where an epoch has just ended its name.
   */
  public String text() {
    if (step > 0) {
      return "epoch %d, step %d".formatted(epoch, step);
    }
    return epoch == 1 ? "the start" : "epoch %d".formatted(epoch - 1);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
