package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.TreeAdder;
import dev.lockstep.worker.collective.Wish;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * An operation over a vector, carried out by the rank's own thread over blocking connections.
 *
 * <p>Slices are cut into chunks. In round k a JVM first sends chunk k of its parts to the owners,
 * and chunk k - 1 of its own finished slice to all; then it takes chunk k of its own slice from
 * all, adds it, and takes chunk k - 1 of the finished slices. Nobody can begin the reads of a round
 * before all have done its writes, so a connection holds at most one round that its reader has not
 * come to, and one more that blocks its writer alone. As a round fits into the send buffer, no
 * cycle of writers that wait for each other can arise, and one thread does.
 */
final class DirectExchange {
  private final Map<Integer, DataChannel> channels;
  private final Map<Integer, Staging> staging;
  private final TreeAdder adder;
  private final Watch watch;
  private final int chunk;
  private final ExchangePlan plan;
  private final List<FloatVector> nodes;
  private final FloatVector vector;
  private final long number;
  private Wish wish;

  /**
   * An exchange that has yet to begin.
   *
   * @param chunk floats
   */
  DirectExchange(
      Map<Integer, DataChannel> channels,
      Map<Integer, Staging> staging,
      TreeAdder adder,
      Watch watch,
      int chunk,
      ExchangePlan plan,
      List<FloatVector> nodes,
      FloatVector vector,
      long number,
      Wish wish) {
    this.channels = channels;
    this.staging = staging;
    this.adder = adder;
    this.watch = watch;
    this.chunk = chunk;
    this.plan = plan;
    this.nodes = nodes;
    this.vector = vector;
    this.number = number;
    this.wish = wish;
  }

  /**
   * Carries it out.
   *
   * @return the wish of rank 0
   */
  Wish run() throws PeerException {
    List<Integer> peers = plan.peers();
    int longest = plan.slices().stream().mapToInt(Segment::length).max().orElse(0);
    int rounds = (longest + chunk - 1) / chunk;
    for (int round = 0; round <= rounds; round++) {
      for (int peer : peers) {
        watch.await(peer);
        send(peer, round);
      }
      for (int i = peers.size() - 1; i >= 0; i--) {
        watch.await(peers.get(i));
        takePart(peers.get(i), round);
      }
      add(round);
      for (int i = peers.size() - 1; i >= 0; i--) {
        watch.await(peers.get(i));
        takeResult(peers.get(i), round - 1);
      }
    }
    return wish;
  }

  private void send(int peer, int round) throws PeerException {
    Segment part = piece(peer, round);
    if (plan.contributes(plan.self()) && part.length() > 0) {
      send(peer, plan.adds() ? FrameType.PART : FrameType.RESULT, part, nodes);
    }
    Segment result = piece(plan.self(), round - 1);
    if (plan.shares() && plan.takesFrom(plan.self(), peer) && result.length() > 0) {
      send(peer, FrameType.RESULT, result, List.of(vector));
    }
  }

  private void send(int peer, FrameType type, Segment piece, List<FloatVector> vectors)
      throws PeerException {
    int bytes = piece.length() * Float.BYTES;
    ByteBuffer[] frame = new ByteBuffer[vectors.size() + 1];
    for (int i = 0; i < vectors.size(); i++) {
      frame[i + 1] = vectors.get(i).bytes().slice(piece.start() * Float.BYTES, bytes);
    }
    try {
      channels.get(peer).send(header(type, piece, vectors.size()), frame);
    } catch (IOException e) {
      throw new PeerException(peer, e);
    }
  }

  private void takePart(int peer, int round) throws PeerException {
    Segment piece = piece(plan.self(), round);
    if (!plan.contributes(peer) || piece.length() == 0) {
      return;
    }
    if (plan.adds()) {
      int count = plan.nodes().get(peer);
      ByteBuffer memory = staging.get(peer).atLeast(count * chunk).bytes();
      ByteBuffer place = memory.slice(0, count * piece.length() * Float.BYTES);
      take(peer, header(FrameType.PART, piece, count), place);
    } else {
      takeResult(peer, piece);
    }
  }

  private void takeResult(int peer, int round) throws PeerException {
    Segment piece = piece(peer, round);
    if (plan.shares() && plan.takesFrom(peer, plan.self()) && piece.length() > 0) {
      takeResult(peer, piece);
    }
  }

  private void takeResult(int peer, Segment piece) throws PeerException {
    int start = piece.start() * Float.BYTES;
    ByteBuffer place = vector.bytes().slice(start, piece.length() * Float.BYTES);
    take(peer, header(FrameType.RESULT, piece, 1), place);
  }

  private void take(int peer, FrameHeader expected, ByteBuffer place) throws PeerException {
    try {
      Wish came = channels.get(peer).receive(expected, place);
      if (peer == 0) {
        wish = came;
      }
    } catch (ProtocolException | IOException e) {
      throw new PeerException(peer, e);
    }
  }

  private void add(int round) {
    Segment piece = piece(plan.self(), round);
    if (plan.adds() && piece.length() > 0) {
      adder.add(
          piece.start(),
          piece.end(),
          (node, start, target, length) -> read(piece, node, start, target, length),
          (node, start, sum, length) -> vector.floats().put(start, sum, 0, length));
    }
  }

  /** Reads from the nodes of all JVMs in their order: the own ones, and those that have come. */
  private void read(Segment piece, int node, int start, float[] target, int length) {
    int jvm = 0;
    int ofJvm = node;
    while (ofJvm >= plan.nodes().get(jvm)) {
      ofJvm -= plan.nodes().get(jvm++);
    }
    if (jvm == plan.self()) {
      nodes.get(ofJvm).floats().get(start, target, 0, length);
    } else {
      int offset = ofJvm * piece.length() + start - piece.start();
      staging.get(jvm).atLeast(0).floats().get(offset, target, 0, length);
    }
  }

  private FrameHeader header(FrameType type, Segment piece, int count) {
    int bytes = count * piece.length() * Float.BYTES;
    return new FrameHeader(type, wish, bytes, number, piece.start(), vector.length());
  }

  /** One chunk of a slice; empty where the slice is shorter, or the round negative. */
  private Segment piece(int owner, int round) {
    Segment slice = plan.slices().get(owner);
    long start = slice.start() + (long) round * chunk;
    return round < 0 || start >= slice.end()
        ? Segment.EMPTY
        : new Segment((int) start, (int) Math.min(slice.end(), start + chunk));
  }
}
