package dev.lockstep.worker.spark;

import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.LocalGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.net.AttemptName;
import dev.lockstep.worker.collective.net.JvmAddress;
import dev.lockstep.worker.collective.net.NetNode;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.Roster;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

/**
 * How a barrier task finds the other ranks of its attempt: in the driver's own JVM by shared
 * memory, else by telling all tasks where its JVM listens, once, through Spark. Where that turns
 * out to be one JVM, its ranks are connected as the driver's are.
 */
final class Rendezvous implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(30);

  /** What Spark calls the executor of local mode. */
  private static final String DRIVER = "driver";

  private final AttemptSpec spec;
  private final int partition;
  private final String attempt;
  private final boolean local;
  private Runnable leave = () -> {};

  Rendezvous(AttemptSpec spec, int partition) {
    this.spec = spec;
    this.partition = partition;
    this.attempt = spec.run() + "/" + spec.attempt();
    this.local = DRIVER.equals(SparkEnv.get().executorId());
  }

  /** What a task tells all others: where its JVM listens, or why it cannot take part. */
  private record Arrival(
      Optional<JvmAddress> address, Optional<FailureKind> kind, Optional<String> failure) {}

  /**
   * Joins the group; the rank is the group's to say.
   *
   * @param warnings takes sentences about ranks that are late
   */
  ProcessGroup join(int lanes, ClusterConfig cluster, DriverLink warnings) {
    StallPolicy stalls =
        new StallPolicy(cluster.stallWarning(), cluster.stallTimeout(), warnings::late);
    LaneTree tree = new LaneTree(lanes);
    return local ? joinNear(partition, tree, stalls) : joinOthers(tree, stalls);
  }

  /** By the name that Spark has for it. */
  static String ownHost() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  private ProcessGroup joinNear(int rank, LaneTree tree, StallPolicy stalls) {
    leave = () -> LocalGroups.leave(attempt);
    return LocalGroups.join(
        attempt, rank, spec.worldSize(), () -> new LocalGroup(spec.worldSize(), tree, stalls));
  }

  /** Leaves what the tasks of this JVM share. */
  @Override
  public void close() {
    leave.run();
  }

  private ProcessGroup joinOthers(LaneTree tree, StallPolicy stalls) {
    Optional<NetNode> node = Optional.empty();
    Arrival own;
    try {
      node = Optional.of(JvmNodes.enter(attempt, () -> open(stalls)));
      leave = () -> JvmNodes.leave(attempt);
      own = new Arrival(Optional.of(node.get().address()), Optional.empty(), Optional.empty());
    } catch (RuntimeException | Error e) {
      LockstepException failure = LockstepException.in(e);
      own =
          new Arrival(
              Optional.empty(), Optional.of(failure.kind()), Optional.of(failure.getMessage()));
    }
    List<JvmAddress> ofPartitions = gather(own);
    int rank = Roster.rankOf(partition, ofPartitions);
    Roster roster = Roster.of(ofPartitions);
    if (roster.ranks().size() == 1) {
      leave.run(); // nobody is to call: the listener closes once all tasks are here
      return joinNear(rank, tree, stalls);
    }
    return node.orElseThrow().join(roster, tree, rank);
  }

  private NetNode open(StallPolicy stalls) {
    NetSettings settings =
        new NetSettings(ownHost(), CONNECT, stalls, spec.wire().tls(), NetSettings.Tuning.DEFAULT);
    return NetNode.open(new AttemptName(spec.run(), spec.attempt()), spec.key(), settings);
  }

  /** Every task has to come here, also one that has failed: the others would wait for it. */
  private List<JvmAddress> gather(Arrival own) {
    String[] told;
    try {
      told = BarrierTaskContext.get().allGather(Json.write(own));
    } catch (Exception e) { // Scala declares no checked exceptions: SparkException is one
      throw new LockstepException(
          FailureKind.CLUSTER,
          "Failed to meet the other ranks of attempt %d: %s"
              .formatted(spec.attempt(), e.getMessage()),
          e);
    }
    List<Arrival> arrivals =
        Arrays.stream(told).map(text -> Json.read(text, Arrival.class, "an arrival")).toList();
    for (Arrival arrival : arrivals) {
      if (arrival.failure().isPresent()) {
        throw new LockstepException(arrival.kind().orElseThrow(), arrival.failure().get());
      }
    }
    return arrivals.stream().map(arrival -> arrival.address().orElseThrow()).toList();
  }
}
