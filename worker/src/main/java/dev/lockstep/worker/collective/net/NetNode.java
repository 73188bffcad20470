package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.MixedGroup;
import dev.lockstep.worker.collective.ProcessGroup;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one JVM has of an attempt: a listener until all peers are connected, the connections, and
 * the thread that they live on.
 *
 * <p>Life: open, tell the others the {@link #address}, learn the {@link Roster} of all, {@link
 * #join} each rank, close when the ranks have left.
 */
public final class NetNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetNode.class);
  private static final long CLOSE_SECONDS = 5;

  private final Credentials credentials;
  private final NetSettings settings;
  private final EventLoopGroup thread;
  private final Doorway doorway;
  private final JvmAddress address;
  private Optional<MixedGroup> group = Optional.empty();
  private Optional<LockstepException> failure = Optional.empty();

  private NetNode(
      Credentials credentials,
      NetSettings settings,
      EventLoopGroup thread,
      Doorway doorway,
      JvmAddress address) {
    this.credentials = credentials;
    this.settings = settings;
    this.thread = thread;
    this.doorway = doorway;
    this.address = address;
  }

  /**
   * Binds a listener to a free port of the host given in the settings, and to no other address.
   *
   * @throws LockstepException of kind CLUSTER where that is not possible
   * @throws IllegalArgumentException where the certificate in the settings is none
   */
  public static NetNode open(AttemptName name, AttemptKey key, NetSettings settings) {
    UUID id = UUID.randomUUID();
    Credentials credentials = new Credentials(name, key, id, new SecureRandom());
    Optional<Encryption> encryption = settings.tls().map(Encryption::new);
    EventLoopGroup thread = Transport.thread();
    Doorway doorway = new Doorway(thread, credentials, settings, encryption);
    ChannelFuture bound =
        doorway.listen(new InetSocketAddress(settings.host(), 0)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var unused = thread.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
      throw new LockstepException(
          FailureKind.CLUSTER,
          "Cannot listen on %s: %s".formatted(settings.host(), bound.cause().getMessage()),
          bound.cause());
    }
    int port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
    JvmAddress address = new JvmAddress(id.toString(), settings.host(), port);
    return new NetNode(credentials, settings, thread, doorway, address);
  }

  /** Where peers find this JVM. */
  public JvmAddress address() {
    return address;
  }

  /** Connections that were refused so far since they could not prove that they belong here. */
  public int refused() {
    return doorway.refused();
  }

  /**
   * Joins a rank to its group, on the thread of the rank; the first to join connects the JVM with
   * all peers.
   *
   * @throws LockstepException of kind CLUSTER where a peer is not connected in time
   */
  public synchronized ProcessGroup join(Roster roster, LaneTree tree, int rank) {
    if (failure.isPresent()) {
      throw new LockstepException(failure.get().kind(), failure.get().getMessage(), failure.get());
    }
    if (group.isEmpty()) {
      group = Optional.of(connectOnce(roster, tree));
    }
    return group.get().member(rank);
  }

  /** Ends all connections, once what is to be said has been said; harmless when repeated. */
  @Override
  public void close() {
    if (!thread.isShuttingDown()) {
      thread.next().execute(this::shutDown);
    }
  }

  private void shutDown() {
    var unused = thread.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Where it fails, it has failed for all ranks of the JVM. */
  private MixedGroup connectOnce(Roster roster, LaneTree tree) {
    try {
      return connect(roster, tree);
    } catch (LockstepException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  private MixedGroup connect(Roster roster, LaneTree tree) {
    int self = roster.indexOf(address.id());
    Mesh mesh = new Mesh(thread.next(), roster, self, credentials.name(), settings.stalls());
    doorway.connect(mesh, roster, self);
    DataConnections connections = dataConnections(mesh, roster, self);
    NetUplink uplink =
        new NetUplink(
            thread.next(), mesh, roster, self, tree, settings, connections, credentials.random());
    MixedGroup ranks =
        new MixedGroup(
            tree,
            roster.worldSize(),
            roster.firstRank(self),
            roster.ranks().get(self),
            uplink,
            settings.stalls());
    thread.next().execute(() -> mesh.serve(ranks));
    return ranks;
  }

  /** Connections for vectors; encrypted ones go the way of all messages, through the event loop. */
  private DataConnections dataConnections(Mesh mesh, Roster roster, int self) {
    if (settings.tls().isPresent()) {
      return DataConnections.NONE;
    }
    try {
      DataConnections connections = new DataDoor(mesh, roster, self, credentials, settings).open();
      thread
          .next()
          .execute(
              () -> mesh.whenOver(() -> connections.channels().values().forEach(NetNode::close)));
      return connections;
    } catch (LockstepException e) {
      throw mesh.outcome(() -> e, Duration.ZERO);
    }
  }

  private static void close(DataChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("Failed to close a connection", e);
    }
  }
}
