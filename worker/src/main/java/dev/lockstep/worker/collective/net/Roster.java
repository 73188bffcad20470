package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.Slices;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who is where: the JVMs of an attempt in an order that all agree on, and how many ranks each has.
 * Ranks are numbered through, so those of one JVM are neighbours.
 *
 * @param jvms at least one
 * @param ranks of each JVM, at least one each
 */
public record Roster(List<JvmAddress> jvms, List<Integer> ranks) {
  public Roster {
    jvms = List.copyOf(jvms);
    ranks = List.copyOf(ranks);
  }

  /**
   * The roster of tasks that have told each other where they run: JVMs stand in the order of their
   * first partitions.
   *
   * @param ofPartitions the address of the JVM of each partition
   */
  public static Roster of(List<JvmAddress> ofPartitions) {
    Map<JvmAddress, Integer> counts = new LinkedHashMap<>();
    ofPartitions.forEach(jvm -> counts.merge(jvm, 1, Integer::sum));
    return new Roster(List.copyOf(counts.keySet()), List.copyOf(counts.values()));
  }

  /** The rank of a partition, given what {@link #of} was given. */
  public static int rankOf(int partition, List<JvmAddress> ofPartitions) {
    Roster roster = of(ofPartitions);
    JvmAddress own = ofPartitions.get(partition);
    int before =
        (int) ofPartitions.subList(0, partition).stream().filter(jvm -> jvm.equals(own)).count();
    return roster.firstRank(roster.jvms().indexOf(own)) + before;
  }

  public int size() {
    return jvms.size();
  }

  /** The number of the JVM with an id. */
  int indexOf(String id) {
    return jvms.stream().map(JvmAddress::id).toList().indexOf(id);
  }

  /** Ranks of all JVMs. */
  public int worldSize() {
    return ranks.stream().mapToInt(Integer::intValue).sum();
  }

  /** The lowest rank of a JVM. */
  int firstRank(int jvm) {
    return ranks.subList(0, jvm).stream().mapToInt(Integer::intValue).sum();
  }

  /** The JVM of a rank. */
  int jvmOf(int rank) {
    int jvm = 0;
    while (firstRank(jvm) + ranks.get(jvm) <= rank) {
      jvm++;
    }
    return jvm;
  }

  /** The lanes of a JVM's ranks. */
  LaneRange lanes(int jvm, LaneTree tree) {
    int first = firstRank(jvm);
    int last = first + ranks.get(jvm) - 1;
    return new LaneRange(
        LaneRange.of(first, worldSize(), tree.lanes()).first(),
        LaneRange.of(last, worldSize(), tree.lanes()).end());
  }

  List<LaneRange> lanes(LaneTree tree) {
    return IntStream.range(0, size()).mapToObj(jvm -> lanes(jvm, tree)).toList();
  }

  /** Which floats of a vector belong to a JVM's ranks. */
  Segment slice(int jvm, int length) {
    Slices slices = new Slices(length, worldSize());
    int first = firstRank(jvm);
    return new Segment(slices.start(first), slices.end(first + ranks.get(jvm) - 1));
  }

  /** Such as {@code rank 2 (host:port)} or {@code ranks 2 to 4 (host:port)}. */
  String name(int jvm) {
    int first = firstRank(jvm);
    int last = first + ranks.get(jvm) - 1;
    String numbers = first == last ? "rank " + first : "ranks %d to %d".formatted(first, last);
    return "%s (%s)".formatted(numbers, jvms.get(jvm));
  }

  String names(List<Integer> ofJvms) {
    return ofJvms.stream().map(this::name).collect(Collectors.joining(", "));
  }
}
