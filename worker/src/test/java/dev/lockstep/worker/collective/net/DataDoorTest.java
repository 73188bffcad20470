package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.StallPolicy;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How connections for vectors come about, or do not. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class DataDoorTest {
  private static final AttemptName NAME = new AttemptName("run", 2);
  private static final JvmAddress PEER = address();
  private static final JvmAddress SELF = address();
  private static final NetSettings SETTINGS =
      new NetSettings(
          "127.0.0.1",
          Duration.ofSeconds(2),
          StallPolicy.failAfter(Duration.ofSeconds(20)),
          Optional.empty(),
          NetSettings.Tuning.DEFAULT);

  private final EventLoopGroup thread = Transport.thread();
  private final Roster roster = new Roster(List.of(PEER, SELF), List.of(1, 1));
  private final Mesh mesh = new Mesh(thread.next(), roster, 1, NAME, SETTINGS.stalls());

  @AfterEach
  void close() {
    var unused = thread.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }

  @Test
  void closesAConnectionThatHasCutItOffAndCallsAgain() throws Exception {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    try (ServerSocket peer = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      mesh.doors().told(0, String.valueOf(peer.getLocalPort()));
      var unused = end.completeAsync(this::failure);

      for (int call = 0; call < 3; call++) {
        try (Socket caller = peer.accept()) {
          caller.setSoTimeout(1500);
          caller.shutdownOutput();
          assertThat(caller.getInputStream().readAllBytes()).hasSize(32); // until it is closed
        }
      }
    }
    assertThat(end.get())
        .hasMessageStartingWith("Failed to connect rank 1 (%s) to its peers".formatted(SELF));
  }

  private Throwable failure() {
    AttemptKey key = AttemptKey.random(new SecureRandom());
    Credentials credentials =
        new Credentials(NAME, key, UUID.fromString(SELF.id()), new SecureRandom());
    try {
      new DataDoor(mesh, roster, 1, credentials, SETTINGS).open();
      return new AssertionError("it has connected");
    } catch (LockstepException e) {
      return e;
    }
  }

  private static JvmAddress address() {
    return new JvmAddress(UUID.randomUUID().toString(), "127.0.0.1", 1);
  }
}
