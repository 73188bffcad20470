package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.worker.testing.Holdings;
import dev.lockstep.worker.testing.Ranks;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who does not belong to an attempt gets nowhere, and does not disturb those who do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DoorwayTest {
  /** Connections of strangers, and how many of them are held at a time. */
  private static final int IDLE = 1000;

  private static final int HELD = 256;

  /** Bytes that each may cost, both ends of it, which are in this JVM. */
  private static final long HEAP_EACH = 1024;

  private static final long DIRECT_EACH = 64;

  private final TwoNodes nodes = TwoNodes.open();
  private final List<Caller> callers = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    nodes.close();
    for (Caller caller : callers) {
      caller.close();
    }
  }

  @Test
  void refusesAPeerThatDoesNotKnowTheKey() throws IOException {
    Caller stranger = call(nodes.first().address());
    byte[] nonce = stranger.challenge();
    UUID id = UUID.randomUUID();
    byte[] proof =
        stranger.proof(
            AttemptKey.random(new SecureRandom()), TwoNodes.NAME, id, nonce, stranger.answer());

    stranger.prove(id, proof);

    assertThat(stranger.isCutOff()).isTrue();
    assertThat(nodes.first().refused()).isEqualTo(1);
    nodes.assertThatBothMeet();
  }

  @Test
  void refusesAReplayedAnswer() throws IOException {
    Caller peer = call(nodes.first().address());
    UUID id = UUID.randomUUID();
    byte[] proof = peer.proof(TwoNodes.KEY, TwoNodes.NAME, id, peer.challenge(), peer.answer());
    peer.prove(id, proof);
    assertThat(peer.isWelcome()).isTrue();

    Caller replay = call(nodes.first().address());
    replay.challenge();
    replay.answer();
    replay.prove(id, proof);

    assertThat(replay.isCutOff()).isTrue();
    assertThat(nodes.first().refused()).isEqualTo(1);
  }

  @Test
  void refusesAPeerOfAnOlderAttempt() throws IOException {
    Caller peer = call(nodes.first().address());
    UUID id = UUID.randomUUID();
    byte[] proof =
        peer.proof(TwoNodes.KEY, new AttemptName("run", 1), id, peer.challenge(), peer.answer());

    peer.prove(id, proof);

    assertThat(peer.isCutOff()).isTrue();
  }

  @Test
  void cutsOffWhoSendsGarbage() throws IOException {
    Caller stranger = call(nodes.first().address());
    stranger
        .socket()
        .getOutputStream()
        .write("GET / HTTP/1.1\r\n\r\n".repeat(20).getBytes(StandardCharsets.US_ASCII));

    assertThat(stranger.answer()).hasSize(32);
    assertThat(stranger.isCutOff()).isTrue();
    nodes.assertThatBothMeet();
  }

  @Test
  void cutsOffWhoTakesTooLong() throws IOException {
    Caller slow = call(nodes.first().address());
    slow.socket().getOutputStream().write(1);

    assertThat(slow.isCutOff()).isTrue();
    assertThat(nodes.first().refused()).isEqualTo(1);
  }

  @Test
  void isNotDisturbedByAThousandIdleConnections() throws IOException {
    warmUp();
    Holdings before = Holdings.current();
    for (int i = 0; i < IDLE; i++) {
      call(nodes.first().address());
    }
    for (Caller oldest : callers.subList(0, IDLE - HELD)) {
      oldest.socket().setSoTimeout(2000); // at once, not when its time for the handshake is over
      assertThat(oldest.isCutOff()).isTrue();
    }

    Holdings meanwhile = Holdings.current();
    nodes.assertThatBothAdd();

    assertThat(meanwhile.files() - before.files()).isLessThan(IDLE + HELD + 10L);
    assertThat((meanwhile.heap() - before.heap()) / IDLE).isLessThan(HEAP_EACH);
    assertThat((meanwhile.direct() - before.direct()) / IDLE).isLessThan(DIRECT_EACH);
    assertThat((meanwhile.pooled() - before.pooled()) / IDLE).isLessThan(DIRECT_EACH);
    for (Caller idle : callers) {
      assertThat(idle.isCutOff()).isTrue();
    }
  }

  /** What is loaded once is loaded. */
  private void warmUp() throws IOException {
    try (TwoNodes others = TwoNodes.open()) {
      others.assertThatBothAdd();
    }
    call(nodes.first().address()).close();
    callers.clear();
  }

  @Test
  void isConnectedWhereTheLastPeerHadComeWhileTheLoopWasBusy() throws Exception {
    EventLoopGroup thread = Transport.thread();
    try {
      UUID self = UUID.randomUUID();
      NetSettings settings = TwoNodes.settings("127.0.0.1", Duration.ofMillis(200));
      Credentials credentials =
          new Credentials(TwoNodes.NAME, TwoNodes.KEY, self, new SecureRandom());
      Doorway doorway = new Doorway(thread, credentials, settings, Optional.empty());
      InetSocketAddress address =
          (InetSocketAddress)
              doorway
                  .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                  .sync()
                  .channel()
                  .localAddress();
      JvmAddress own = new JvmAddress(self.toString(), "127.0.0.1", address.getPort());
      JvmAddress peer = new JvmAddress(UUID.randomUUID().toString(), "127.0.0.1", 1);
      arrive(peer, own);
      Roster roster = new Roster(List.of(own, peer), List.of(1, 1));
      Mesh mesh = new Mesh(thread.next(), roster, 0, TwoNodes.NAME, settings.stalls());
      long busy = System.nanoTime() + 3 * settings.connectTimeout().toNanos();
      thread.next().execute(() -> spinUntil(busy));

      doorway.connect(mesh, roster, 0);

      assertThat(thread.next().submit(mesh::isComplete).get()).isTrue();
    } finally {
      var unused = thread.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
  }

  @Test
  void keepsTheLaterOfTwoConnectionsOfAPeer() throws IOException {
    JvmAddress peer = new JvmAddress(UUID.randomUUID().toString(), "127.0.0.1", 1);
    Caller earlier = arrive(peer, nodes.first().address());

    Caller later = arrive(peer, nodes.first().address());

    assertThat(earlier.isCutOff()).isTrue();
    later.socket().setSoTimeout(200);
    assertThat(later.isCutOff()).isFalse();
  }

  @Test
  void closesTheDoorWhenAllHaveCome() {
    Ranks.run(
        2,
        nodes::join,
        group -> {
          group.barrier(TwoNodes.OCCASION);
          assertThatThrownBy(() -> call(nodes.first().address()))
              .isInstanceOf(ConnectException.class);
          group.barrier(TwoNodes.OCCASION);
          return 0;
        });
  }

  @Test
  void hidesTheKeyInEveryText() {
    String secret = Arrays.toString(TwoNodes.KEY.bytes());

    assertThat(TwoNodes.KEY.toString()).isEqualTo("AttemptKey[hidden]").doesNotContain(secret);
    assertThat(new TlsIdentity(new byte[] {1}, new byte[] {2})).hasToString("TlsIdentity[hidden]");
  }

  /** Connects as a peer, who proves who he is. */
  private Caller arrive(JvmAddress peer, JvmAddress listener) throws IOException {
    Caller caller = call(listener);
    UUID id = UUID.fromString(peer.id());
    byte[] nonce = caller.challenge();
    caller.prove(id, caller.proof(TwoNodes.KEY, TwoNodes.NAME, id, nonce, caller.answer()));
    assertThat(caller.isWelcome()).isTrue();
    return caller;
  }

  private Caller call(JvmAddress listener) throws IOException {
    Caller caller = Caller.at(listener);
    callers.add(caller);
    return caller;
  }

  private static void spinUntil(long nanos) {
    while (System.nanoTime() < nanos) {
      Thread.onSpinWait();
    }
  }
}
