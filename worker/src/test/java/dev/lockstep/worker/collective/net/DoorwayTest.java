package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.testing.Holdings;
import dev.lockstep.worker.testing.Ranks;
import io.netty.channel.EventLoopGroup;
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

  /** Connections of strangers, and how many of them are held at a time. */
  private static final int IDLE = 1000;

  private static final int HELD = 256;

  /** Bytes that each may cost, both ends of it, which are in this JVM. */
  private static final long HEAP_EACH = 1024;

  private static final long DIRECT_EACH = 64;

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
    warmUp();
    Holdings before = Holdings.current();
    for (int i = 0; i < IDLE; i++) {
      connect(first);
    }
    for (Socket oldest : sockets.subList(0, IDLE - HELD)) {
      oldest.setSoTimeout(2000); // at once, not when its time for the handshake is over
      assertThat(isCutOff(oldest)).isTrue();
    }

    Holdings meanwhile = Holdings.current();
    assertThatBothAdd(List.of(first, second));

    assertThat(meanwhile.files() - before.files()).isLessThan(IDLE + HELD + 10L);
    assertThat((meanwhile.heap() - before.heap()) / IDLE).isLessThan(HEAP_EACH);
    assertThat((meanwhile.direct() - before.direct()) / IDLE).isLessThan(DIRECT_EACH);
    assertThat((meanwhile.pooled() - before.pooled()) / IDLE).isLessThan(DIRECT_EACH);
    for (Socket idle : sockets) {
      assertThat(isCutOff(idle)).isTrue();
    }
  }

  /** What is loaded once is loaded. */
  private void warmUp() throws IOException {
    try (NetNode one = NetNode.open(NAME, KEY, settings("127.0.0.1"));
        NetNode other = NetNode.open(NAME, KEY, settings("127.0.0.1"))) {
      assertThatBothAdd(List.of(one, other));
    }
    connect(first).close();
    sockets.clear();
  }

  @Test
  void isConnectedWhereTheLastPeerHadComeWhileTheLoopWasBusy() throws Exception {
    EventLoopGroup thread = Transport.thread();
    try {
      UUID self = UUID.randomUUID();
      NetSettings settings = settings("127.0.0.1", Duration.ofMillis(200));
      Credentials credentials = new Credentials(NAME, KEY, self, new SecureRandom());
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
      Mesh mesh = new Mesh(thread.next(), roster, 0, NAME, settings.stalls());
      long busy = System.nanoTime() + 3 * settings.connectTimeout().toNanos();
      thread.next().execute(() -> spinUntil(busy));

      doorway.connect(mesh, roster, 0);

      assertThat(thread.next().submit(mesh::isComplete).get()).isTrue();
    } finally {
      var unused = thread.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
  }

  @Test
  void tellsPeersThatComeLaterThatARankWasInterrupted() {
    Roster roster = Roster.of(List.of(first.address(), second.address()));
    LaneTree tree = new LaneTree(2);
    String interrupted =
        "Interrupted rank 0 (%s) while it was connecting".formatted(first.address());
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> first.join(roster, tree, 0))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED))
        .hasMessage(interrupted);

    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> second.join(roster, tree, 1)).hasMessage(interrupted);
  }

  @Test
  void keepsTheLaterOfTwoConnectionsOfAPeer() throws IOException {
    JvmAddress peer = new JvmAddress(UUID.randomUUID().toString(), "127.0.0.1", 1);
    Socket earlier = arrive(peer, first.address());

    Socket later = arrive(peer, first.address());

    assertThat(isCutOff(earlier)).isTrue();
    later.setSoTimeout(200);
    assertThat(isCutOff(later)).isFalse();
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
      assertThatThrownBy(() -> NetNode.open(NAME, KEY, settings))
          .hasMessage("Cannot use the certificate of the attempt");
    }

    assertThat(Holdings.openFiles() - before).isLessThan(20);
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

  /** A hundred sums over the lanes of two ranks, each checked. */
  private static void assertThatBothAdd(List<NetNode> nodes) {
    Roster roster = Roster.of(nodes.stream().map(NetNode::address).toList());
    LaneTree tree = new LaneTree(2);
    assertThat(
            Ranks.run(
                2, rank -> nodes.get(rank).join(roster, tree, rank), DoorwayTest::addsRightly))
        .containsExactly(true, true);
  }

  private static boolean addsRightly(ProcessGroup group) {
    FloatVector vector = FloatVector.allocate(10_000);
    LaneSums sums = new LaneSums(group.tree(), group.lanes(), vector.length());
    boolean right = true;
    for (int step = 1; step <= 100; step++) {
      for (int i = 0; i < vector.length(); i++) {
        vector.floats().put(i, (float) (group.rank() + step + i));
      }
      sums.clear();
      sums.add(vector);
      group.allReduce(sums, vector, new Occasion(1, step, "the test"));
      for (int i = 0; i < vector.length(); i++) {
        right &= vector.floats().get(i) == 2f * (step + i) + 1;
      }
    }
    return right;
  }

  private void assertThatBothMeet() {
    assertThat(Ranks.run(2, this::join, group -> group.allGather(new double[1], OCCASION).size()))
        .containsExactly(2, 2);
  }

  private ProcessGroup join(int rank) {
    Roster roster = Roster.of(List.of(first.address(), second.address()));
    return (rank == 0 ? first : second).join(roster, new LaneTree(2), rank);
  }

  private static void spinUntil(long nanos) {
    while (System.nanoTime() < nanos) {
      Thread.onSpinWait();
    }
  }

  /** Connects as a peer, who proves who he is. */
  private Socket arrive(JvmAddress peer, JvmAddress listener) throws IOException {
    Socket socket = connect(listener.port());
    UUID caller = UUID.fromString(peer.id());
    byte[] own = challenge(socket);
    byte[] proof = proof(KEY, NAME, caller, UUID.fromString(listener.id()), own, answerOf(socket));
    answer(socket, caller, proof);
    assertThat(socket.getInputStream().readNBytes(32)).hasSize(32);
    return socket;
  }

  private Socket connect(NetNode node) throws IOException {
    return connect(node.address().port());
  }

  private Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
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
    return proof(key, name, id, UUID.fromString(first.address().id()), caller, listener);
  }

  private static byte[] proof(
      AttemptKey key, AttemptName name, UUID id, UUID of, byte[] caller, byte[] listener) {
    ByteBuffer message = ByteBuffer.allocate(256);
    message.put("caller".getBytes(StandardCharsets.US_ASCII));
    message.put(Credentials.bytes(id));
    message.put(Credentials.bytes(of));
    message.putLong(name.runHash()).putInt(name.attempt()).put(caller).put(listener);
    return key.authenticate(message.flip());
  }

  private static void answer(Socket socket, UUID id, byte[] proof) throws IOException {
    socket.getOutputStream().write(Credentials.bytes(id));
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
    return settings(host, Duration.ofSeconds(3));
  }

  private static NetSettings settings(String host, Duration connectTimeout) {
    return new NetSettings(
        host,
        connectTimeout,
        StallPolicy.failAfter(Duration.ofSeconds(20)),
        Optional.empty(),
        NetSettings.Tuning.DEFAULT);
  }
}
