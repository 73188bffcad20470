package dev.lockstep.worker.collective;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * Lets ranks wait for something that may take longer than they wait for each other: they keep
 * hearing of each other meanwhile, so that a slow file system or driver is not taken for a rank
 * that stands still.
 */
public final class Signs {
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private Signs() {}

  /**
   * Waits until what every rank waits for is there; all of them call this together.
   *
   * @param comesWithin whether it is there, after so long at most
   */
  public static void await(ProcessGroup group, Predicate<Duration> comesWithin, Occasion occasion) {
    boolean done = false;
    while (!done) {
      double[] own = {comesWithin.test(BETWEEN) ? 1 : 0};
      done = group.allGather(own, occasion).stream().allMatch(ofRank -> ofRank[0] == 1);
    }
  }
}
