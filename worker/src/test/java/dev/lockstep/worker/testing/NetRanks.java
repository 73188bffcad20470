package dev.lockstep.worker.testing;

import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.collective.net.AttemptName;
import dev.lockstep.worker.collective.net.NetNode;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.Roster;
import dev.lockstep.worker.collective.net.TlsIdentity;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Ranks that speak over sockets, on nodes that know nothing of each other although they are in one
 * JVM.
 *
 * @param jvms ranks of each node
 * @param tunings by the number of the node
 */
public record NetRanks(
    List<Integer> jvms,
    StallPolicy stalls,
    IntFunction<NetSettings.Tuning> tunings,
    Optional<TlsIdentity> tls) {
  private static final String HOST = "127.0.0.1";

  public static NetRanks on(Integer... jvms) {
    return new NetRanks(
        List.of(jvms),
        StallPolicy.failAfter(Duration.ofSeconds(60)),
        node -> NetSettings.Tuning.DEFAULT,
        Optional.empty());
  }

  public NetRanks with(StallPolicy policy) {
    return new NetRanks(jvms, policy, tunings, tls);
  }

  public NetRanks with(NetSettings.Tuning sizes) {
    return withEach(node -> sizes);
  }

  public NetRanks withEach(IntFunction<NetSettings.Tuning> sizes) {
    return new NetRanks(jvms, stalls, sizes, tls);
  }

  public NetRanks with(TlsIdentity identity) {
    return new NetRanks(jvms, stalls, tunings, Optional.of(identity));
  }

  /** The results of all ranks, in order. */
  public <T> List<T> run(int lanes, Function<ProcessGroup, T> body) {
    AttemptName name = new AttemptName("run", 1);
    AttemptKey key = AttemptKey.random(new SecureRandom());
    List<NetNode> nodes =
        IntStream.range(0, jvms.size())
            .mapToObj(node -> NetNode.open(name, key, settings(node)))
            .toList();
    Roster roster = new Roster(nodes.stream().map(NetNode::address).toList(), jvms);
    List<NetNode> ofRanks =
        IntStream.range(0, nodes.size())
            .boxed()
            .flatMap(jvm -> IntStream.range(0, jvms.get(jvm)).mapToObj(i -> nodes.get(jvm)))
            .toList();
    try {
      LaneTree tree = new LaneTree(lanes);
      return Ranks.run(ofRanks.size(), rank -> ofRanks.get(rank).join(roster, tree, rank), body);
    } finally {
      nodes.forEach(NetNode::close);
    }
  }

  private NetSettings settings(int node) {
    return new NetSettings(HOST, Duration.ofSeconds(30), stalls, tls, tunings.apply(node));
  }
}
