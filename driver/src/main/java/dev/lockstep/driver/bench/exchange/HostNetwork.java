package dev.lockstep.driver.bench.exchange;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts that are network namespaces of this machine: one bridge joins them, and the link of each
 * carries a given rate in each direction (token bucket filter, tc-tbf(8)).
 *
 * <p>A shell removes all of it as soon as its standard input ends, so it is gone when it is closed
 * and also when this JVM is killed. Names carry the process id, and no address is visible outside
 * the namespaces: two networks at once do not meet.
 */
public final class HostNetwork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostNetwork.class);
  private static final int REMOVAL_SECONDS = 20;

  /** Long enough for packets that the kernel has not yet cut, and for a timer's tick. */
  private static final String BURST = "burst 1mb latency 20ms";

  private final String prefix;
  private final int hosts;
  private final Process remover;

  private HostNetwork(String prefix, int hosts, Process remover) {
    this.prefix = prefix;
    this.hosts = hosts;
    this.remover = remover;
  }

  /**
   * Builds a network.
   *
   * @param gigabits a second of each host's link
   * @throws LockstepException of kind {@link FailureKind#CONFIG} where this process may not
   */
  public static HostNetwork build(int hosts, int gigabits) {
    requireRoot();
    String prefix = "ls" + ProcessHandle.current().pid();
    HostNetwork network = new HostNetwork(prefix, hosts, startRemover(prefix, hosts));
    try {
      execute("ip link add %sb type bridge".formatted(prefix));
      execute("ip link set %sb up".formatted(prefix));
      for (int host = 0; host < hosts; host++) {
        network.addHost(host, gigabits);
      }
      return network;
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** The hosts, in order. */
  public List<Host> hosts() {
    return IntStream.range(0, hosts)
        .mapToObj(
            host -> new Host(address(host), List.of("ip", "netns", "exec", prefix + "h" + host)))
        .toList();
  }

  /** Removes the network; what still runs in it goes on without. */
  @Override
  public void close() {
    try {
      remover.getOutputStream().close();
      if (!remover.waitFor(REMOVAL_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Network {} is not removed after {} s", prefix, REMOVAL_SECONDS);
      }
    } catch (IOException e) {
      LOG.warn("Cannot tell the remover of network {} to begin", prefix, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void addHost(int host, int gigabits) {
    String space = prefix + "h" + host;
    String port = prefix + "v" + host;
    String filter = "root tbf rate %dgbit %s".formatted(gigabits, BURST);
    execute("ip netns add " + space);
    execute("ip link add %s type veth peer name eth0 netns %s".formatted(port, space));
    execute("ip link set %s master %sb up".formatted(port, prefix));
    execute("ip -n %s addr add %s/24 dev eth0".formatted(space, address(host)));
    execute("ip -n %s link set eth0 up".formatted(space));
    execute("ip -n %s link set lo up".formatted(space));
    execute("ip netns exec %s tc qdisc add dev eth0 %s".formatted(space, filter));
    execute("tc qdisc add dev %s %s".formatted(port, filter));
  }

  private static String address(int host) {
    return "10.77.0." + (10 + host);
  }

  private static void requireRoot() {
    try {
      if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
        throw refused("needs to be root (run it with sudo)", null);
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw refused("needs Linux", e);
    }
  }

  /** Deaf to Ctrl-C, which a terminal sends to it too. */
  private static Process startRemover(String prefix, int hosts) {
    String removals =
        IntStream.range(0, hosts)
            .mapToObj(
                host -> "ip link del %1$sv%2$d; ip netns del %1$sh%2$d; ".formatted(prefix, host))
            .collect(Collectors.joining());
    String script = "trap '' INT TERM HUP; cat; " + removals + "ip link del " + prefix + "b";
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", script)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return builder.start();
    } catch (IOException e) {
      throw refused("cannot run sh", e);
    }
  }

  private static void execute(String line) {
    List<String> command = new ArrayList<>(List.of(line.split(" ")));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw refused("'%s' says: %s".formatted(line, output), null);
      }
    } catch (IOException e) {
      throw refused("cannot run '%s' (install iproute2)".formatted(command.get(0)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(FailureKind.INTERRUPTED, "Interrupted in: " + line, e);
    }
  }

  private static LockstepException refused(String why, Throwable cause) {
    return new LockstepException(
        FailureKind.CONFIG, "Cannot make hosts out of network namespaces: " + why, cause);
  }
}
