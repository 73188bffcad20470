package dev.lockstep.driver.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.driver.cluster.StandaloneCluster.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Hosts that are network namespaces of this machine, joined by a bridge that this machine's own
 * processes reach too. Their links can be cut and healed.
 */
final class NamespaceHosts implements AutoCloseable {
  private final String prefix = "lf" + ProcessHandle.current().pid();
  private final int hosts;

  private NamespaceHosts(int hosts) {
    this.hosts = hosts;
  }

  /** Builds hosts; skips the test where this process may not. */
  static NamespaceHosts build(int count) throws IOException, InterruptedException {
    NamespaceHosts hosts = new NamespaceHosts(count);
    String refusal = hosts.tell("ip link add %sb type bridge".formatted(hosts.prefix));
    assumeTrue(refusal.isEmpty(), "no network namespaces here: " + refusal);
    Runtime.getRuntime().addShutdownHook(new Thread(hosts::remove, "remove-" + hosts.prefix));
    hosts.run("ip addr add %s/24 dev %sb".formatted(address(254), hosts.prefix));
    hosts.run("ip link set %sb up".formatted(hosts.prefix));
    for (int host = 0; host < count; host++) {
      hosts.add(host);
    }
    return hosts;
  }

  /** Where this machine's own processes are. */
  static Place home() {
    return new Place(address(254), List.of());
  }

  List<Place> places() {
    return IntStream.range(0, hosts)
        .mapToObj(host -> new Place(address(1 + host), List.of("ip", "netns", "exec", space(host))))
        .toList();
  }

  /** Cuts a host off from all others, without a sign to anybody. */
  void cut(int host) throws IOException, InterruptedException {
    run("ip link set %s nomaster".formatted(link(host)));
  }

  void heal(int host) throws IOException, InterruptedException {
    run("ip link set %s master %sb".formatted(link(host), prefix));
  }

  /** Cuts the way between two hosts; each still reaches everybody else. */
  void cut(int host, int other) throws IOException, InterruptedException {
    run("ip -n %s route add blackhole %s/32".formatted(space(host), address(1 + other)));
  }

  void heal(int host, int other) throws IOException, InterruptedException {
    run("ip -n %s route del blackhole %s/32".formatted(space(host), address(1 + other)));
  }

  @Override
  public void close() {
    remove();
  }

  private void add(int host) throws IOException, InterruptedException {
    run("ip netns add " + space(host));
    run("ip link add %s type veth peer name eth0 netns %s".formatted(link(host), space(host)));
    run("ip link set %s master %sb up".formatted(link(host), prefix));
    run("ip -n %s addr add %s/24 dev eth0".formatted(space(host), address(1 + host)));
    run("ip -n %s link set eth0 up".formatted(space(host)));
    run("ip -n %s link set lo up".formatted(space(host)));
  }

  private void remove() {
    List<String> lines = new ArrayList<>();
    for (int host = 0; host < hosts; host++) {
      lines.add("ip link del " + link(host));
      lines.add("ip netns del " + space(host));
    }
    lines.add("ip link del %sb".formatted(prefix));
    for (String line : lines) {
      try {
        tell(line); // what is gone already need not be removed
      } catch (IOException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private String space(int host) {
    return prefix + "h" + host;
  }

  private String link(int host) {
    return prefix + "v" + host;
  }

  private static String address(int number) {
    return "10.78.%d.%d".formatted(ProcessHandle.current().pid() % 250, number);
  }

  private void run(String line) throws IOException, InterruptedException {
    String refusal = tell(line);
    if (!refusal.isEmpty()) {
      throw new AssertionError("'%s' says: %s".formatted(line, refusal));
    }
  }

  /** Runs a command and returns why it failed; empty where it did not. */
  private String tell(String line) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(line.split(" ")).redirectErrorStream(true).start();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 ? "" : output + " (exit code " + process.exitValue() + ")";
  }
}
