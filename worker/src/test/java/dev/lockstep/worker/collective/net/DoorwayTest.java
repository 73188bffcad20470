package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.Ranks;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
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
  private static final Occasion OCCASION = new Occasion(1, 2, "the test");
  private static final AttemptName NAME = new AttemptName("run", 2);
  private static final AttemptKey KEY = AttemptKey.random(new SecureRandom());

  private final NetNode first = NetNode.open(NAME, KEY, settings("127.0.0.1"));
  private final NetNode second = NetNode.open(NAME, KEY, settings("127.0.0.1"));
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    first.close();
    second.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void refusesAPeerThatDoesNotKnowTheKey() throws IOException {
    Socket stranger = connect(first);
    byte[] nonce = challenge(stranger);
    UUID id = UUID.randomUUID();
    byte[] proof =
        proof(AttemptKey.random(new SecureRandom()), NAME, id, nonce, answerOf(stranger));

    answer(stranger, id, proof);

    assertThat(isCutOff(stranger)).isTrue();
    assertThat(first.refused()).isEqualTo(1);
    assertThatBothMeet();
  }

  @Test
  void refusesAReplayedAnswer() throws IOException {
    Socket peer = connect(first);
    UUID id = UUID.randomUUID();
    byte[] proof = proof(KEY, NAME, id, challenge(peer), answerOf(peer));
    answer(peer, id, proof);
    assertThat(peer.getInputStream().readNBytes(32)).hasSize(32); // it was a good one

    Socket replay = connect(first);
    challenge(replay);
    answerOf(replay);
    answer(replay, id, proof);

    assertThat(isCutOff(replay)).isTrue();
    assertThat(first.refused()).isEqualTo(1);
  }

  @Test
  void refusesAPeerOfAnOlderAttempt() throws IOException {
    Socket peer = connect(first);
    UUID id = UUID.randomUUID();
    byte[] proof = proof(KEY, new AttemptName("run", 1), id, challenge(peer), answerOf(peer));

    answer(peer, id, proof);

    assertThat(isCutOff(peer)).isTrue();
  }

  @Test
  void cutsOffWhoSendsGarbage() throws IOException {
    Socket stranger = connect(first);
    stranger
        .getOutputStream()
        .write("GET / HTTP/1.1\r\n\r\n".repeat(20).getBytes(StandardCharsets.US_ASCII));

    assertThat(answerOf(stranger)).hasSize(32);
    assertThat(isCutOff(stranger)).isTrue();
    assertThatBothMeet();
  }

  @Test
  void cutsOffWhoTakesTooLong() throws IOException {
    Socket slow = connect(first);
    slow.getOutputStream().write(1);

    assertThat(isCutOff(slow)).isTrue();
    assertThat(first.refused()).isEqualTo(1);
  }

  @Test
  void isNotDisturbedByAThousandIdleConnections() throws IOException {
    for (int i = 0; i < 1000; i++) {
      connect(first);
    }

    assertThatBothMeet();

    for (Socket idle : sockets) {
      assertThat(isCutOff(idle)).isTrue();
    }
  }

  @Test
  void closesTheDoorWhenAllHaveCome() {
    Ranks.run(
        2,
        this::join,
        group -> {
          group.barrier(OCCASION);
          assertThatThrownBy(() -> connect(first)).isInstanceOf(ConnectException.class);
          group.barrier(OCCASION);
          return 0;
        });
  }

  @Test
  void listensOnTheGivenAddressOnly() throws IOException {
    try (Socket socket = new Socket()) {
      InetSocketAddress other = new InetSocketAddress("127.0.0.2", first.address().port());

      assertThatThrownBy(() -> socket.connect(other, 5000)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void saysWhereItCannotListen() {
    assertThatThrownBy(() -> NetNode.open(NAME, KEY, settings("192.0.2.1")))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageStartingWith("Cannot listen on 192.0.2.1: ");
  }

  @Test
  void namesThePeerThatDoesNotConnect() {
    JvmAddress nobody = new JvmAddress(UUID.randomUUID().toString(), "127.0.0.1", 1);
    Roster roster = new Roster(List.of(nobody, first.address()), List.of(1, 1));

    assertThatThrownBy(() -> first.join(roster, new LaneTree(2), 1))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageMatching(
            "Failed to connect rank 1 \\(127.0.0.1:\\d+\\) to rank 0 \\(127.0.0.1:1\\)"
                + " \\(.*[Cc]onnection refused.*\\) within 3 s");
  }

  @Test
  void endsTheAttemptWhereAFrameWasTamperedWith() throws IOException {
    try (TamperingProxy proxy = new TamperingProxy(first.address().port(), 10_000)) {
      JvmAddress byProxy = new JvmAddress(first.address().id(), "127.0.0.1", proxy.port());
      Roster roster = new Roster(List.of(byProxy, second.address()), List.of(1, 1));
      LaneTree tree = new LaneTree(2);

      List<String> failures =
          Ranks.run(
              2,
              rank -> (rank == 0 ? first : second).join(roster, tree, rank),
              group -> {
                try {
                  for (int i = 0; i < 100; i++) {
                    group.allGather(new double[100], OCCASION);
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

  @Test
  void hidesTheKeyInEveryText() {
    String secret = Arrays.toString(KEY.bytes());

    assertThat(KEY.toString()).isEqualTo("AttemptKey[hidden]").doesNotContain(secret);
    assertThat(new TlsIdentity(new byte[] {1}, new byte[] {2})).hasToString("TlsIdentity[hidden]");
  }

  private void assertThatBothMeet() {
    assertThat(Ranks.run(2, this::join, group -> group.allGather(new double[1], OCCASION).size()))
        .containsExactly(2, 2);
  }

  private ProcessGroup join(int rank) {
    Roster roster = Roster.of(List.of(first.address(), second.address()));
    return (rank == 0 ? first : second).join(roster, new LaneTree(2), rank);
  }

  private Socket connect(NetNode node) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.address().port());
    sockets.add(socket);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Sends the caller's nonce. */
  private static byte[] challenge(Socket socket) throws IOException {
    byte[] nonce = new byte[32];
    new SecureRandom().nextBytes(nonce);
    socket.getOutputStream().write(nonce);
    return nonce;
  }

  /** Receives the listener's nonce. */
  private static byte[] answerOf(Socket socket) throws IOException {
    byte[] nonce = new byte[32];
    new DataInputStream(socket.getInputStream()).readFully(nonce);
    return nonce;
  }

  private byte[] proof(AttemptKey key, AttemptName name, UUID id, byte[] caller, byte[] listener) {
    ByteBuffer message = ByteBuffer.allocate(256);
    message.put("caller".getBytes(StandardCharsets.US_ASCII));
    message.put(Handshake.bytes(id));
    message.put(Handshake.bytes(UUID.fromString(first.address().id())));
    message.putLong(name.runHash()).putInt(name.attempt()).put(caller).put(listener);
    return key.authenticate(message.flip());
  }

  private static void answer(Socket socket, UUID id, byte[] proof) throws IOException {
    socket.getOutputStream().write(Handshake.bytes(id));
    socket.getOutputStream().write(proof);
  }

  private static boolean isCutOff(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      return in.read() < 0;
    } catch (IOException e) {
      return !(e instanceof java.net.SocketTimeoutException);
    }
  }

  private static NetSettings settings(String host) {
    return new NetSettings(
        host,
        Duration.ofSeconds(3),
        StallPolicy.failAfter(Duration.ofSeconds(20)),
        Optional.empty(),
        NetSettings.Tuning.DEFAULT);
  }
}
