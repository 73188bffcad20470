package dev.lockstep.driver.bench.compression;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.collective.net.AttemptName;
import dev.lockstep.worker.collective.net.NetNode;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.Roster;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Ranks that are threads of this JVM but speak over sockets, as those of as many JVMs do. */
final class LoopbackRanks {
  private static final String HOST = "127.0.0.1";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private LoopbackRanks() {}

  /** What rank 0 comes to; all run the same body. */
  static <T> T run(int ranks, int lanes, Function<ProcessGroup, T> body) {
    AttemptName name = new AttemptName("bench-compression", 1);
    AttemptKey key = AttemptKey.random(new SecureRandom());
    List<NetNode> nodes = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    try {
      for (int rank = 0; rank < ranks; rank++) {
        nodes.add(NetNode.open(name, key, settings()));
      }
      Roster roster =
          new Roster(nodes.stream().map(NetNode::address).toList(), Collections.nCopies(ranks, 1));
      List<Future<T>> results = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        int number = rank;
        results.add(
            threads.submit(
                () -> {
                  LaneTree tree = new LaneTree(lanes);
                  try (ProcessGroup member = nodes.get(number).join(roster, tree, number)) {
                    return body.apply(member);
                  }
                }));
      }
      return first(results);
    } finally {
      threads.shutdownNow();
      nodes.forEach(NetNode::close);
    }
  }

  /** The first result, once all are there. */
  private static <T> T first(List<Future<T>> results) {
    try {
      for (Future<T> result : results) {
        result.get();
      }
      return results.get(0).get();
    } catch (ExecutionException e) {
      LockstepException cause = LockstepException.in(e);
      throw new LockstepException(cause.kind(), cause.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(FailureKind.INTERRUPTED, "Interrupted while measuring", e);
    }
  }

  private static NetSettings settings() {
    return new NetSettings(
        HOST,
        TIMEOUT,
        StallPolicy.failAfter(TIMEOUT),
        Optional.empty(),
        NetSettings.Tuning.SOCKETS);
  }
}
