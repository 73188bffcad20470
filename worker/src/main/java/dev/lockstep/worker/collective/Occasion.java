package dev.lockstep.worker.collective;

/**
 * When and what for ranks meet, for the message of a meeting that does not come about.
 *
 * @param epoch counted from 1; 0 before the first
 * @param step counted from 1; 0 outside the steps
 * @param purpose such as "the exchange of gradients"
 */
public record Occasion(int epoch, int step, String purpose) {
  @Override
  public String toString() {
    if (epoch == 0) {
      return purpose;
    }
    return step == 0
        ? "%s of epoch %d".formatted(purpose, epoch)
        : "%s of epoch %d, step %d".formatted(purpose, epoch, step);
  }
}
