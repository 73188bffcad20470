package dev.lockstep.worker.testing;

import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs the ranks of a group as threads and rethrows what went wrong first. */
public final class Ranks {
  private Ranks() {}

  /** The results of all ranks, in order. */
  public static <T> List<T> run(int worldSize, int lanes, Function<ProcessGroup, T> body) {
    return run(worldSize, lanes, Duration.ofSeconds(60), body);
  }

  /** The results of all ranks, in order; a rank waits for the others no longer than the timeout. */
  public static <T> List<T> run(
      int worldSize, int lanes, Duration timeout, Function<ProcessGroup, T> body) {
    LocalGroup group = new LocalGroup(worldSize, new LaneTree(lanes), timeout);
    ExecutorService threads = Executors.newFixedThreadPool(worldSize);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int rank = 0; rank < worldSize; rank++) {
        ProcessGroup member = group.member(rank);
        futures.add(threads.submit(() -> run(member, body)));
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

  private static <T> T run(ProcessGroup member, Function<ProcessGroup, T> body) {
    try (member) {
      return body.apply(member);
    }
  }
}
