package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.process.ParentLink;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.collective.net.AttemptName;
import dev.lockstep.worker.collective.net.NetNode;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.NetSettings.Tuning;
import dev.lockstep.worker.collective.net.Roster;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.training.TrainingPlan;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** A JVM with one rank: trains what its parent sends, alone or connected with others like it. */
final class ReplicaWorker {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String LOOPBACK = "127.0.0.1";

  private final Storage storage = new Storage(Map.of());
  private final ParentLink parent;

  private ReplicaWorker(ParentLink parent) {
    this.parent = parent;
  }

  /**
   * What a JVM is to train.
   *
   * @param group that its rank belongs to; none for a replica by itself
   */
  record Order(TrainingPlan plan, Optional<Membership> group) {}

  /**
   * A place in a group.
   *
   * @param attempt that no other group has had
   * @param secret shared by the group, in hexadecimal digits
   */
  record Membership(int rank, int attempt, String secret) {}

  /** Samples a second of all ranks of the group. */
  record Pace(double samplesPerSecond) {}

  /** A JVM that trains; told all that it needs to know by its parent. */
  public static void main(String[] arguments) {
    ParentLink.serve(parent -> new ReplicaWorker(parent).run());
  }

  /** Obeys until the parent ends the process. */
  private void run() {
    NativeThreads.useOnePerOperation();
    while (true) {
      Order order = parent.next(Order.class);
      double pace =
          order.group().isPresent()
              ? connected(order.plan(), order.group().get())
              : alone(order.plan());
      parent.answer(new Pace(pace));
    }
  }

  private double alone(TrainingPlan plan) {
    LocalGroup group =
        new LocalGroup(1, new LaneTree(plan.lanes()), StallPolicy.failAfter(TIMEOUT));
    return RankPace.of(plan, storage, group.member(0));
  }

  /** Says where it listens and is told where the others do, then trains with them. */
  private double connected(TrainingPlan plan, Membership membership) {
    AttemptName name = new AttemptName("bench-scaling", membership.attempt());
    AttemptKey key = AttemptKey.of(HexFormat.of().parseHex(membership.secret()));
    NetSettings settings =
        new NetSettings(
            LOOPBACK, TIMEOUT, StallPolicy.failAfter(TIMEOUT), Optional.empty(), Tuning.DEFAULT);
    try (NetNode node = NetNode.open(name, key, settings)) {
      parent.answer(node.address());
      Roster roster = parent.next(Roster.class);
      LaneTree tree = new LaneTree(plan.lanes());
      return RankPace.of(plan, storage, node.join(roster, tree, membership.rank()));
    }
  }
}
