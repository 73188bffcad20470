package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.Ranks;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Two nodes of one attempt, whose ranks are 0 and 1. */
record TwoNodes(NetNode first, NetNode second) implements AutoCloseable {
  static final AttemptName NAME = new AttemptName("run", 2);
  static final AttemptKey KEY = AttemptKey.random(new SecureRandom());
  static final Occasion OCCASION = new Occasion(1, 2, "the test");

  static TwoNodes open() {
    return new TwoNodes(
        NetNode.open(NAME, KEY, settings("127.0.0.1")),
        NetNode.open(NAME, KEY, settings("127.0.0.1")));
  }

  /** Nodes that share memory each in its own way, where both can. */
  static TwoNodes sharing(Optional<SharedMemory> first, Optional<SharedMemory> second) {
    return new TwoNodes(
        NetNode.open(NAME, KEY, settings(first)), NetNode.open(NAME, KEY, settings(second)));
  }

  private static NetSettings settings(Optional<SharedMemory> memory) {
    NetSettings plain = settings("127.0.0.1");
    return new NetSettings(
        plain.host(),
        plain.connectTimeout(),
        plain.stalls(),
        plain.tls(),
        plain.tuning().sharing(memory));
  }

  static NetSettings settings(String host) {
    return settings(host, Duration.ofSeconds(3));
  }

  static NetSettings settings(String host, Duration connectTimeout) {
    return new NetSettings(
        host,
        connectTimeout,
        StallPolicy.failAfter(Duration.ofSeconds(20)),
        Optional.empty(),
        NetSettings.Tuning.DEFAULT);
  }

  ProcessGroup join(int rank) {
    Roster roster = Roster.of(List.of(first.address(), second.address()));
    return (rank == 0 ? first : second).join(roster, new LaneTree(2), rank);
  }

  void assertThatBothMeet() {
    assertThat(Ranks.run(2, this::join, group -> group.allGather(new double[1], OCCASION).size()))
        .containsExactly(2, 2);
  }

  /** A hundred sums over the lanes of two ranks, each checked. */
  void assertThatBothAdd() {
    assertThat(sentWhileBothAdd()).isPositive();
  }

  /** The bytes that the first rank sends through its socket meanwhile. */
  long sentWhileBothAdd() {
    return Ranks.run(
            2,
            this::join,
            group -> {
              assertThat(addsRightly(group)).isTrue();
              return group.traffic().sent();
            })
        .get(0);
  }

  private static boolean addsRightly(ProcessGroup group) {
    FloatVector vector = FloatVector.allocate(10_000);
    LaneSums sums = new LaneSums(group.tree(), group.lanes(), vector.length());
    boolean right = true;
    for (int step = 1; step <= 100; step++) {
      for (int i = 0; i < vector.length(); i++) {
        vector.floats().put(i, (float) (group.rank() + step + i));
      }
      sums.clear();
      sums.add(vector);
      group.allReduce(sums, vector, new Occasion(1, step, "the test"));
      for (int i = 0; i < vector.length(); i++) {
        right &= vector.floats().get(i) == 2f * (step + i) + 1;
      }
    }
    return right;
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
