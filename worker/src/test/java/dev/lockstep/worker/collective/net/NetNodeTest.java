package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.Holdings;
import dev.lockstep.worker.testing.Ranks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node listens where it is told to, and says whom it cannot reach or believe. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NetNodeTest {
  private final TwoNodes nodes = TwoNodes.open();

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void tellsPeersThatComeLaterThatARankWasInterrupted() {
    Roster roster = Roster.of(List.of(nodes.first().address(), nodes.second().address()));
    LaneTree tree = new LaneTree(2);
    String interrupted =
        "Interrupted rank 0 (%s) while it was connecting".formatted(nodes.first().address());
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> nodes.first().join(roster, tree, 0))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED))
        .hasMessage(interrupted);

    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> nodes.second().join(roster, tree, 1)).hasMessage(interrupted);
  }

  @Test
  void leavesNothingOpenWhereTheCertificateIsNone() {
    NetSettings settings =
        new NetSettings(
            "127.0.0.1",
            Duration.ofSeconds(3),
            StallPolicy.failAfter(Duration.ofSeconds(20)),
            Optional.of(new TlsIdentity(new byte[] {1}, new byte[] {2})),
            NetSettings.Tuning.DEFAULT);
    long before = Holdings.openFiles();

    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> NetNode.open(TwoNodes.NAME, TwoNodes.KEY, settings))
          .hasMessage("Cannot use the certificate of the attempt");
    }

    assertThat(Holdings.openFiles() - before).isLessThan(20);
  }

  @Test
  void listensOnTheGivenAddressOnly() throws IOException {
    try (Socket socket = new Socket()) {
      InetSocketAddress other = new InetSocketAddress("127.0.0.2", nodes.first().address().port());

      assertThatThrownBy(() -> socket.connect(other, 5000)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void saysWhereItCannotListen() {
    assertThatThrownBy(
            () -> NetNode.open(TwoNodes.NAME, TwoNodes.KEY, TwoNodes.settings("192.0.2.1")))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageStartingWith("Cannot listen on 192.0.2.1: ");
  }

  @Test
  void namesThePeerThatDoesNotConnect() {
    JvmAddress nobody = new JvmAddress(UUID.randomUUID().toString(), "127.0.0.1", 1);
    Roster roster = new Roster(List.of(nobody, nodes.first().address()), List.of(1, 1));

    assertThatThrownBy(() -> nodes.first().join(roster, new LaneTree(2), 1))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageMatching(
            "Failed to connect rank 1 \\(127.0.0.1:\\d+\\) to rank 0 \\(127.0.0.1:1\\)"
                + " \\(.*[Cc]onnection refused.*\\) within 3 s");
  }

  @Test
  void endsTheAttemptWhereAFrameWasTamperedWith() throws IOException {
    try (TamperingProxy proxy = new TamperingProxy(nodes.first().address().port(), 10_000)) {
      JvmAddress byProxy = new JvmAddress(nodes.first().address().id(), "127.0.0.1", proxy.port());
      Roster roster = new Roster(List.of(byProxy, nodes.second().address()), List.of(1, 1));
      LaneTree tree = new LaneTree(2);

      List<String> failures =
          Ranks.run(
              2,
              rank -> (rank == 0 ? nodes.first() : nodes.second()).join(roster, tree, rank),
              group -> {
                try {
                  for (int i = 0; i < 100; i++) {
                    group.allGather(new double[100], TwoNodes.OCCASION);
                  }
                  return "none";
                } catch (LockstepException e) {
                  return e.getMessage();
                }
              });

      assertThat(failures)
          .allSatisfy(
              failure ->
                  assertThat(failure)
                      .matches(
                          "Cannot accept a frame of rank 1 .*: (its checksum does not match|it .*)"));
    }
  }
}
