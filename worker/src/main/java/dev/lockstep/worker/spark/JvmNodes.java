package dev.lockstep.worker.spark;

import dev.lockstep.worker.collective.net.NetNode;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Where the tasks of one executor find the node that they share; it is opened by the first to come
 * and closed by the last to leave. All meet in between, so nobody leaves before all have come,
 * unless Spark ends their meeting: who comes after that opens a node of his own, finds no meeting
 * either, and closes it.
 */
final class JvmNodes {
  private static final ConcurrentMap<String, Entry> NODES = new ConcurrentHashMap<>();

  private record Entry(NetNode node, int tasks) {}

  private JvmNodes() {}

  static NetNode enter(String attempt, Supplier<NetNode> open) {
    return NODES
        .compute(
            attempt,
            (key, entry) ->
                entry == null
                    ? new Entry(open.get(), 1)
                    : new Entry(entry.node(), entry.tasks() + 1))
        .node();
  }

  static void leave(String attempt) {
    NODES.computeIfPresent(
        attempt,
        (key, entry) -> {
          if (entry.tasks() > 1) {
            return new Entry(entry.node(), entry.tasks() - 1);
          }
          entry.node().close();
          return null;
        });
  }
}
