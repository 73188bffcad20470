package dev.lockstep.worker.testing;

import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Runs the ranks of a group as threads and rethrows what went wrong first. */
public final class Ranks {
  private Ranks() {}

  /** The results of all ranks, in order. */
  public static <T> List<T> run(int worldSize, int lanes, Function<ProcessGroup, T> body) {
    return run(worldSize, lanes, StallPolicy.failAfter(Duration.ofSeconds(60)), body);
  }

  /** The results of all ranks, in order, as threads that share memory. */
  public static <T> List<T> run(
      int worldSize, int lanes, StallPolicy policy, Function<ProcessGroup, T> body) {
    LocalGroup group = new LocalGroup(worldSize, new LaneTree(lanes), policy);
    return run(worldSize, group::member, body);
  }

  /**
   * The results of all ranks, in order.
   *
   * @param members joins a rank to its group, on the thread of the rank
   */
  public static <T> List<T> run(
      int worldSize, IntFunction<ProcessGroup> members, Function<ProcessGroup, T> body) {
    ExecutorService threads = Executors.newFixedThreadPool(worldSize);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int rank = 0; rank < worldSize; rank++) {
        int number = rank;
        futures.add(
            threads.submit(
                () -> {
                  try (ProcessGroup member = members.apply(number)) {
                    return body.apply(member);
                  }
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
