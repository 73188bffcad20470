package dev.lockstep.driver.bench.scaling;

import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.JvmProcesses;
import dev.lockstep.driver.bench.scaling.ReplicaWorker.Membership;
import dev.lockstep.driver.bench.scaling.ReplicaWorker.Order;
import dev.lockstep.driver.bench.scaling.ReplicaWorker.Pace;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.collective.net.JvmAddress;
import dev.lockstep.worker.collective.net.Roster;
import dev.lockstep.worker.training.TrainingPlan;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Ranks that train at the same time, each in a JVM of its own: together over sockets, or each for
 * itself. The JVMs live as long as the contender, so that they are as warm as the benchmark's own.
 */
final class ReplicaJvms implements Contender {
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final List<String> OPTIONS = List.of("-Xmx1g");

  private final String name;
  private final Way way;
  private final List<TrainingPlan> plans;
  private final JvmProcesses jvms;
  private final SecureRandom random = new SecureRandom();
  private int attempts;

  private ReplicaJvms(String name, Way way, List<TrainingPlan> plans, JvmProcesses jvms) {
    this.name = name;
    this.way = way;
    this.plans = plans;
    this.jvms = jvms;
  }

  private enum Way {
    TOGETHER,
    APART
  }

  /**
   * Starts JVMs that train together.
   *
   * @param scratch a folder of its own
   */
  static ReplicaJvms together(
      String name, TrainingPlan plan, int ranks, Path scratch, StopSignal stop) {
    return start(name, Way.TOGETHER, Collections.nCopies(ranks, plan), scratch, stop);
  }

  /**
   * Starts JVMs that know nothing of each other.
   *
   * @param plans one a JVM
   * @param scratch a folder of its own
   */
  static ReplicaJvms apart(String name, List<TrainingPlan> plans, Path scratch, StopSignal stop) {
    return start(name, Way.APART, plans, scratch, stop);
  }

  private static ReplicaJvms start(
      String name, Way way, List<TrainingPlan> plans, Path scratch, StopSignal stop) {
    JvmLaunch launch = new JvmLaunch(ReplicaWorker.class, OPTIONS, scratch, DEADLINE);
    return new ReplicaJvms(name, way, plans, JvmProcesses.start(launch, plans.size(), stop));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalDouble samplesPerSecond() {
    return OptionalDouble.of(
        switch (way) {
          case TOGETHER -> together();
          case APART -> apart();
        });
  }

  @Override
  public void close() {
    jvms.close();
  }

  private double apart() {
    List<Order> orders = plans.stream().map(plan -> new Order(plan, Optional.empty())).toList();
    return jvms.ask(orders, Pace.class).stream().mapToDouble(Pace::samplesPerSecond).sum();
  }

  /** Every rank reports the pace of the whole group. */
  private double together() {
    String secret = HexFormat.of().formatHex(AttemptKey.random(random).bytes());
    attempts++;
    List<Order> orders =
        IntStream.range(0, plans.size())
            .mapToObj(rank -> new Membership(rank, attempts, secret))
            .map(membership -> new Order(plans.get(0), Optional.of(membership)))
            .toList();
    List<JvmAddress> addresses = jvms.ask(orders, JvmAddress.class);
    Roster roster = new Roster(addresses, Collections.nCopies(addresses.size(), 1));
    return jvms.askAll(roster, Pace.class).stream()
        .mapToDouble(Pace::samplesPerSecond)
        .average()
        .orElseThrow();
  }
}
