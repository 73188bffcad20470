package dev.lockstep.worker.collective.net;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who sends which floats of a vector to whom.
 *
 * <p>Each JVM owns a segment, its slice. First hop: <i>contributors</i> send parts of every slice
 * to its owner. Second hop: the owner sends its finished slice to all. A short vector goes in one
 * hop: everybody owns all of it.
 *
 * @param self number of this JVM
 * @param slices the floats that each JVM owns
 * @param contributors JVMs that send parts
 * @param nodes vectors that the parts of each JVM hold
 * @param adds whether parts are added up; otherwise a part is the finished slice
 * @param shares whether owners send their finished slices to all
 */
record ExchangePlan(
    int self,
    List<Segment> slices,
    List<Integer> contributors,
    List<Integer> nodes,
    boolean adds,
    boolean shares) {

  Segment ownSlice() {
    return slices.get(self);
  }

  /** The peers, beginning with the next one, so that no receiver is flooded by all at once. */
  List<Integer> peers() {
    return IntStream.range(1, slices.size()).mapToObj(i -> (self + i) % slices.size()).toList();
  }

  boolean contributes(int jvm) {
    return contributors.contains(jvm);
  }

  /** Whether a JVM's slice is finished from the start. */
  boolean isFinished(int jvm) {
    return !adds && (contributors.isEmpty() || contributes(jvm));
  }

  /** The finished floats that come from a peer, in the order in which they come. */
  List<Segment> resultsFrom(int peer) {
    List<Segment> results = new ArrayList<>();
    if (!adds && contributes(peer) && peer != self) {
      results.add(ownSlice());
    }
    if (shares && takesFrom(peer, self)) {
      results.add(slices.get(peer));
    }
    return results;
  }

  /** Whether an owner's finished slice goes to a peer: not to the one that it came from. */
  boolean takesFrom(int owner, int peer) {
    return owner != peer && (adds || !contributes(peer));
  }
}
