package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.Spin;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which way vectors go between this JVM and its peers, and what a rank may do while it waits. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class NetUplinkTest {
  private static final NetSettings SETTINGS = TwoNodes.settings("127.0.0.1");

  private final EventLoopGroup thread = Transport.thread();

  @AfterEach
  void close() {
    var unused = thread.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }

  @Test
  void sharesMemoryWhereEveryPeerDoes() throws IOException {
    assertThat(uplink(3, to(shared(), shared())).sharesMemory()).isTrue();
    assertThat(uplink(3, to(shared(), Optional.empty())).sharesMemory()).isFalse();
  }

  @Test
  void sharesNoMemoryWhereVectorsGoAsMessagesDo() {
    assertThat(uplink(2, DataConnections.NONE).sharesMemory()).isFalse();
  }

  @Test
  void sharesMemoryWhereThereIsNoPeer() {
    assertThat(uplink(1, DataConnections.NONE).sharesMemory()).isTrue();
  }

  @Test
  void letsRanksWaitAwakeWhereEachOfThemHasACoreOfTheHost() throws IOException {
    assertThat(to(shared()).spin(4, 4)).isEqualTo(Spin.LONG);
    assertThat(to(shared()).spin(4, 3)).isEqualTo(Spin.NONE);
    assertThat(to(shared(), Optional.empty()).spin(3, 4)).isEqualTo(Spin.NONE);
  }

  private NetUplink uplink(int jvms, DataConnections connections) {
    Roster roster =
        new Roster(
            Collections.nCopies(jvms, new JvmAddress(UUID.randomUUID().toString(), "host", 1)),
            Collections.nCopies(jvms, 1));
    Mesh mesh = new Mesh(thread.next(), roster, 0, TwoNodes.NAME, SETTINGS.stalls());
    return new NetUplink(
        thread.next(),
        mesh,
        roster,
        0,
        new LaneTree(jvms),
        SETTINGS,
        connections,
        new SecureRandom());
  }

  @SafeVarargs
  private static DataConnections to(Optional<Window>... ofPeers) throws IOException {
    Map<Integer, DataChannel> channels = new TreeMap<>();
    for (Optional<Window> window : ofPeers) {
      try (SocketChannel socket = SocketChannel.open()) {
        channels.put(channels.size() + 1, new DataChannel(socket, TwoNodes.NAME, window));
      }
    }
    Terms terms =
        channels.values().stream()
            .map(channel -> channel.terms(4096))
            .reduce(Terms::and)
            .orElseThrow();
    return new DataConnections(channels, terms);
  }

  private static Optional<Window> shared() {
    SharedMemory memory = new SharedMemory(Path.of("none"), 4096, 1);
    ByteBuffer file = ByteBuffer.allocateDirect(memory.fileBytes());
    return Optional.of(Window.ofMaker(file, memory));
  }
}
