package dev.lockstep.worker.collective;

import java.util.ArrayList;
import java.util.List;

/** Room for the nodes that the lanes of a JVM form, as long as the longest vector so far. */
final class NodeMemory {
  private final int nodes;
  private List<FloatVector> vectors = List.of();

  NodeMemory(int nodes) {
    this.nodes = nodes;
  }

  /** A vector of at least that length for each node. */
  List<FloatVector> ofLength(int length) {
    if (vectors.isEmpty() || vectors.get(0).length() < length) {
      List<FloatVector> grown = new ArrayList<>();
      for (int node = 0; node < nodes; node++) {
        grown.add(FloatVector.allocate(length));
      }
      vectors = grown;
    }
    return vectors;
  }
}
