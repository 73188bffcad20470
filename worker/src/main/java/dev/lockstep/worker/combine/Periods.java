package dev.lockstep.worker.combine;

/**
 * How the steps of a training are cut into periods, after each of which the lanes are averaged:
 * every step first, then every so many (post-local SGD: Lin et al., "Don't use large mini-batches,
 * use local SGD", 2020). A period ends with its epoch, and depends on nothing but its first step.
 * Where lanes form groups, several periods make a round, after which the groups are averaged too.
 *
 * @param every steps of a period after the warm-up, at least 1
 * @param round steps of a round after the warm-up, a multiple of {@code every}
 * @param warmUp steps at the start of the training that are a period each, and a round
 * @param stepsAnEpoch steps of every epoch
 */
public record Periods(int every, int round, int warmUp, int stepsAnEpoch) {
  /**
   * One past the last step of the period that begins with a step.
   *
   * @param epoch counted from 1
   * @param first counted from 0
   */
  int end(int epoch, int first) {
    int length = isWarmUp(epoch, first) ? 1 : every;
    return (int) Math.min(stepsAnEpoch, (long) first + length);
  }

  /**
   * Whether the period that ends with a step completes a round.
   *
   * @param epoch counted from 1
   * @param end counted from 1
   */
  boolean isRoundAt(int epoch, int end) {
    long warm = Math.max(0, Math.min(stepsAnEpoch, warmUp - (epoch - 1L) * stepsAnEpoch));
    return end == stepsAnEpoch || end <= warm || (end - warm) % round == 0;
  }

  /**
   * Whether the period that begins with a step belongs to the warm-up.
   *
   * @param epoch counted from 1
   * @param first counted from 0
   */
  boolean isWarmUp(int epoch, int first) {
    return (epoch - 1L) * stepsAnEpoch + first < warmUp;
  }
}
