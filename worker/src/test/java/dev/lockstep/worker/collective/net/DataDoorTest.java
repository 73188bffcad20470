package dev.lockstep.worker.collective.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.StallPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
  private static final NetSettings PATIENT = TwoNodes.settings("127.0.0.1", Duration.ofSeconds(20));

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

  /** To make the file of an offer may take a slow host longer than a proof may take. */
  @Test
  void waitsForTheOfferOfAPeerThatHasProvedWhoItIs() throws Exception {
    CompletableFuture<DataConnections> end = new CompletableFuture<>();
    try (Socket caller = provenCaller(end)) {
      caller.setSoTimeout(1500);
      assertThatThrownBy(() -> caller.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class); // and so it is not cut off
      caller.setSoTimeout(0);

      offerNothing(caller);
      caller.getOutputStream().write(new Terms(5000, true).bytes());

      assertThat(end.get().terms().room()).isEqualTo(5000);
    }
  }

  @Test
  void namesThePeerThatTakesNothing() throws Exception {
    CompletableFuture<DataConnections> end = new CompletableFuture<>();
    try (Socket caller = provenCaller(end)) {
      offerNothing(caller);
      caller.getOutputStream().write(new byte[Terms.BYTES]);

      assertThatThrownBy(end::get)
          .cause()
          .isInstanceOf(LockstepException.class)
          .hasMessage(
              "Failed to connect rank 0 (%s) to its peers for data: rank 1 (%s) does not say how "
                      .formatted(PEER, SELF)
                  + "much it takes: it takes 0 bytes at a time (at least 4096 are needed)");
    }
  }

  private static void offerNothing(Socket caller) throws IOException {
    caller.getOutputStream().write(SharedOffer.NONE.bytes());
    assertThat(caller.getInputStream().readNBytes(1)).containsExactly(0);
  }

  /** Rank 1, which has called rank 0, and has proved who it is. */
  private Socket provenCaller(CompletableFuture<DataConnections> end) throws Exception {
    AttemptKey key = AttemptKey.random(new SecureRandom());
    CompletableFuture<Integer> port = new CompletableFuture<>();
    Mesh ofFirst = new Mesh(thread.next(), roster, 0, NAME, SETTINGS.stalls());
    thread.next().submit(() -> ofFirst.add(1, tellingPort(port), new FrameReader(NAME))).get();
    var unused =
        end.completeAsync(
            () -> new DataDoor(ofFirst, roster, 0, credentials(PEER, key), PATIENT).open());
    Socket caller = new Socket(InetAddress.getLoopbackAddress(), port.get());
    Credentials own = credentials(SELF, key);
    byte[] nonce = own.nonce();
    caller.getOutputStream().write(nonce);
    byte[] other = caller.getInputStream().readNBytes(Credentials.NONCE);
    UUID listener = UUID.fromString(PEER.id());
    caller.getOutputStream().write(Credentials.bytes(own.self()));
    caller.getOutputStream().write(own.proof("data caller", own.self(), listener, nonce, other));
    caller.getInputStream().readNBytes(Credentials.PROOF);
    return caller;
  }

  /** A connection for messages, on which the first is the port for vectors. */
  private static EmbeddedChannel tellingPort(CompletableFuture<Integer> port) {
    return new EmbeddedChannel(
        new ChannelOutboundHandlerAdapter() {
          @Override
          public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            String text = ((ByteBuf) message).skipBytes(FrameHeader.BYTES).toString(UTF_8);
            port.complete(Integer.parseInt(text));
            var unused = ctx.write(message, promise);
          }
        });
  }

  private Throwable failure() {
    AttemptKey key = AttemptKey.random(new SecureRandom());
    try {
      new DataDoor(mesh, roster, 1, credentials(SELF, key), SETTINGS).open();
      return new AssertionError("it has connected");
    } catch (LockstepException e) {
      return e;
    }
  }

  private static Credentials credentials(JvmAddress jvm, AttemptKey key) {
    return new Credentials(NAME, key, UUID.fromString(jvm.id()), new SecureRandom());
  }

  private static JvmAddress address() {
    return new JvmAddress(UUID.randomUUID().toString(), "127.0.0.1", 1);
  }
}
