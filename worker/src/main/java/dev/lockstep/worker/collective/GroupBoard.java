package dev.lockstep.worker.collective;

import dev.lockstep.common.failure.LockstepException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * Where the ranks of one JVM add up their groups of lanes, each rank a share of the floats of each
 * of its groups. Groups that lie within a rank need no meeting, those within the JVM no more than
 * shared memory. Of a group that is torn, every rank's sums are first sent to all JVMs: simple and
 * exact, and so dear that a job had better have groups that JVMs hold whole.
 */
final class GroupBoard {
  /** How vectors get to other JVMs; called by the lowest rank of each, in the same order. */
  @FunctionalInterface
  interface Bridge {
    /** Gives every JVM the vector of one rank. */
    void broadcast(FloatVector vector, int root, Occasion occasion);
  }

  private final int firstRank;
  private final MeetingPoint meetingPoint;
  private final Bridge bridge;
  private final AtomicReferenceArray<List<GroupReduce.Part>> postings;

  /** Sums of other JVMs' ranks; written by the lowest rank between two meetings. */
  private final Map<Origin, List<FloatVector>> received = new HashMap<>();

  /**
   * @param firstRank of the JVM
   * @param localSize ranks of the JVM
   * @param meetingPoint of these ranks
   */
  GroupBoard(int firstRank, int localSize, MeetingPoint meetingPoint, Bridge bridge) {
    this.firstRank = firstRank;
    this.meetingPoint = meetingPoint;
    this.bridge = bridge;
    this.postings = new AtomicReferenceArray<>(localSize);
  }

  /** The sums as one rank of the JVM gets them. */
  GroupReduce member(int rank, Sharers sharers) {
    return new Member(rank, sharers);
  }

  /** Whose sums of which group, of vectors of how many floats. */
  private record Origin(int group, int rank, int length) {}

  private final class Member implements GroupReduce {
    private final int rank;
    private final Sharers sharers;
    private final int firstGroup;
    private final List<TreeAdder> adders;
    private final List<Integer> torn;
    private final boolean alone;

    Member(int rank, Sharers sharers) {
      this.rank = rank;
      this.sharers = sharers;
      LaneGroups groups = sharers.groups();
      this.firstGroup = groups.first(sharers.lanes(rank));
      this.adders =
          IntStream.range(firstGroup, groups.end(sharers.lanes(rank)))
              .mapToObj(this::adder)
              .toList();
      this.torn = sharers.torn();
      this.alone = sharers.areAlone();
    }

    @Override
    public void allReduce(List<Part> parts, Occasion occasion) {
      postings.set(rank - firstRank, parts);
      meet(occasion);
      fetch(parts.get(0).result().length(), occasion);
      for (int i = 0; i < parts.size(); i++) {
        add(firstGroup + i, parts.get(i).result(), adders.get(i));
      }
      meet(occasion);
    }

    private TreeAdder adder(int group) {
      List<LaneRange> parts =
          sharers.of(group).stream().map(sharer -> sharers.part(group, sharer)).toList();
      LaneTree tree = sharers.groups().tree();
      return new TreeAdder(tree, tree.all(), parts);
    }

    private void meet(Occasion occasion) {
      if (!alone) {
        meetingPoint.meet(rank - firstRank, occasion);
      }
    }

    /** The lowest rank of the JVM has a deadline in what it does; the others rely on it. */
    private void fetch(int length, Occasion occasion) {
      if (torn.isEmpty()) {
        return;
      }
      if (rank == firstRank) {
        try {
          torn.forEach(group -> pass(group, length, occasion));
        } catch (LockstepException e) {
          meetingPoint.fail(e);
          throw e;
        }
      }
      meetingPoint.meetUnhurried(rank - firstRank, occasion);
    }

    private void pass(int group, int length, Occasion occasion) {
      for (int sharer : sharers.of(group)) {
        if (!sharers.isNear(rank, sharer)) {
          received.computeIfAbsent(new Origin(group, sharer, length), this::space);
        }
        nodes(group, sharer, length).forEach(node -> bridge.broadcast(node, sharer, occasion));
      }
    }

    private List<FloatVector> space(Origin origin) {
      int nodes = sharers.groups().tree().nodesOf(sharers.part(origin.group(), origin.rank()));
      List<FloatVector> space = new ArrayList<>();
      for (int node = 0; node < nodes; node++) {
        space.add(FloatVector.allocate(origin.length()));
      }
      return space;
    }

    private List<FloatVector> nodes(int group, int sharer, int length) {
      return sharers.isNear(rank, sharer)
          ? part(group, sharer).sums().nodes()
          : received.get(new Origin(group, sharer, length));
    }

    private Part part(int group, int near) {
      int first = sharers.groups().first(sharers.lanes(near));
      return postings.get(near - firstRank).get(group - first);
    }

    @SuppressWarnings("ReferenceEquality") // the same memory is meant, not the same content
    private void add(int group, FloatVector own, TreeAdder adder) {
      List<FloatVector> nodes =
          sharers.of(group).stream()
              .flatMap(sharer -> nodes(group, sharer, own.length()).stream())
              .toList();
      if (nodes.size() == 1 && nodes.get(0) == own) {
        return; // a single lane's vector is the sum
      }
      List<Integer> near = sharers.besides(rank, group);
      List<FloatVector> results =
          near.stream().map(sharer -> part(group, sharer).result()).toList();
      Slices shares = new Slices(own.length(), near.size());
      adder.add(
          shares.start(near.indexOf(rank)),
          shares.end(near.indexOf(rank)),
          Rounding.NONE,
          (node, start, target, length) -> nodes.get(node).floats().get(start, target, 0, length),
          (node, start, sum, length) ->
              results.forEach(result -> result.floats().put(start, sum, 0, length)));
    }
  }
}
