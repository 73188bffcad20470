package dev.lockstep.driver.bench.overlap;

import dev.lockstep.driver.bench.exchange.Host;
import dev.lockstep.driver.bench.overlap.OverlapWorker.Membership;
import dev.lockstep.driver.bench.overlap.OverlapWorker.Order;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.JvmProcesses;
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
import java.util.stream.IntStream;

/** A JVM on each host. They live as long as the measurement, so that all cases are as warm. */
final class OverlapJvms implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final List<String> OPTIONS = List.of("-Xmx512m");

  private final List<Host> hosts;
  private final JvmProcesses jvms;
  private final SecureRandom random = new SecureRandom();
  private int attempts;

  OverlapJvms(List<Host> hosts, Path folder, StopSignal stop) {
    this.hosts = hosts;
    JvmLaunch launch = new JvmLaunch(OverlapWorker.class, OPTIONS, folder, DEADLINE);
    this.jvms = JvmProcesses.start(launch, hosts.stream().map(Host::wrapper).toList(), stop);
  }

  /** All train together. */
  StepTimes train(TrainingPlan plan) {
    String secret = HexFormat.of().formatHex(AttemptKey.random(random).bytes());
    attempts++;
    List<Order> orders =
        IntStream.range(0, hosts.size())
            .mapToObj(rank -> new Membership(rank, hosts.get(rank).address(), attempts, secret))
            .map(membership -> new Order(plan, Optional.of(membership)))
            .toList();
    List<JvmAddress> addresses = jvms.ask(orders, JvmAddress.class);
    Roster roster = new Roster(addresses, Collections.nCopies(addresses.size(), 1));
    return StepTimes.mean(jvms.askAll(roster, StepTimes.class));
  }

  /** All run passes at the same time. */
  PassTimes pass(TrainingPlan plan) {
    return PassTimes.mean(jvms.askAll(new Order(plan, Optional.empty()), PassTimes.class));
  }

  @Override
  public void close() {
    jvms.close();
  }
}
