package dev.lockstep.worker.collective;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** What the ranks of one JVM show each other between two meetings. */
final class Postings {
  private final AtomicReferenceArray<Posting> ofRanks;

  /** Written by the leader before a meeting. */
  private List<FloatVector> nodesOfJvm = List.of();

  Postings(int ranks) {
    this.ofRanks = new AtomicReferenceArray<>(ranks);
  }

  private record Posting(List<FloatVector> nodes, FloatVector vector) {}

  /**
   * Shows what a rank brings.
   *
   * @param nodes its partial sums
   * @param vector where it wants the result
   */
  void post(int rank, List<FloatVector> nodes, FloatVector vector) {
    ofRanks.set(rank, new Posting(nodes, vector));
  }

  /** The partial sums of all ranks, in order. */
  List<FloatVector> nodes() {
    return IntStream.range(0, ofRanks.length())
        .mapToObj(ofRanks::get)
        .flatMap(posting -> posting.nodes().stream())
        .toList();
  }

  /** Shows the others where the sums of all of them go. */
  void postNodesOfJvm(List<FloatVector> nodes) {
    nodesOfJvm = nodes;
  }

  /** Where the sums of all ranks go: the largest nodes that their lanes form. */
  List<FloatVector> nodesOfJvm() {
    return nodesOfJvm;
  }

  /** Where the first rank wants the result. */
  FloatVector leadersVector() {
    return ofRanks.get(0).vector();
  }
}
