package dev.lockstep.driver.bench.overlap;

import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.process.ParentLink;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.collective.net.AttemptName;
import dev.lockstep.worker.collective.net.NetNode;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.NetSettings.Tuning;
import dev.lockstep.worker.collective.net.Roster;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.training.RankTraining;
import dev.lockstep.worker.training.TrainingPlan;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** A JVM with one rank on a host: trains with the others, or takes the time of passes alone. */
final class OverlapWorker {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Storage storage = new Storage(Map.of());
  private final ParentLink parent;

  private OverlapWorker(ParentLink parent) {
    this.parent = parent;
  }

  /**
   * What a JVM is to do.
   *
   * @param group in which it trains; none where it runs passes by itself
   */
  record Order(TrainingPlan plan, Optional<Membership> group) {}

  /**
   * A place in a group.
   *
   * @param host address of the rank
   * @param attempt that no other group has had
   * @param secret shared by the group, in hexadecimal digits
   */
  record Membership(int rank, String host, int attempt, String secret) {}

  /** A JVM that trains; told all that it needs to know by its parent. */
  public static void main(String[] arguments) {
    ParentLink.serve(parent -> new OverlapWorker(parent).run());
  }

  /** Obeys until the parent ends the process. */
  private void run() {
    NativeThreads.useOnePerOperation();
    while (true) {
      Order order = parent.next(Order.class);
      if (order.group().isPresent()) {
        parent.answer(train(order.plan(), order.group().get()));
      } else {
        parent.answer(PassTimes.of(order.plan(), storage));
      }
    }
  }

  /** Says where it listens and is told where the others do, then trains with them. */
  private StepTimes train(TrainingPlan plan, Membership membership) {
    AttemptName name = new AttemptName("bench-overlap", membership.attempt());
    AttemptKey key = AttemptKey.of(HexFormat.of().parseHex(membership.secret()));
    NetSettings settings =
        new NetSettings(
            membership.host(),
            TIMEOUT,
            StallPolicy.failAfter(TIMEOUT),
            Optional.empty(),
            Tuning.SOCKETS);
    try (NetNode node = NetNode.open(name, key, settings)) {
      parent.answer(node.address());
      Roster roster = parent.next(Roster.class);
      try (ProcessGroup group = node.join(roster, new LaneTree(plan.lanes()), membership.rank());
          RankTraining training = new RankTraining(plan, storage, group, System::nanoTime)) {
        StepTimes.Sum sum = new StepTimes.Sum();
        training.run(sum, copy -> {});
        return sum.mean(steps(plan));
      }
    }
  }

  private static int steps(TrainingPlan plan) {
    var training = plan.job().training();
    return new SampleOrder(
            plan.manifest().train().blockSizes(), plan.lanes(), Shuffle.EACH_EPOCH, training.seed())
        .steps(training.microbatchSize());
  }
}
