package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.TreeAdder;
import dev.lockstep.worker.collective.Wish;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An operation over a vector, carried out by the rank's own thread over blocking connections.
 *
 * <p>Slices are cut into chunks. In round k a JVM first sends chunk k of its parts to the owners,
 * and chunk k - 1 of its own finished slice to all; then it takes chunk k of its own slice from
 * all, adds it, and takes chunk k - 1 of the finished slices.
 *
 * <p>One thread does, since no cycle of JVMs that wait for each other can arise. Take those that
 * are furthest behind, in round k: all others have read what they sent before it, so their
 * connections are empty, and an empty one takes a round although nobody reads ({@link
 * DataChannel#terms}). They come to the reads of round k, for which the others have written all, or
 * are among them and write it without a wait. Whoever is further ahead and finds no room waits for
 * them alone.
 */
final class DirectExchange {
  private final Map<Integer, DataChannel> channels;
  private final Map<Integer, Staging> staging;
  private final PackedMemory packed;
  private final TreeAdder adder;
  private final Watch watch;
  private final int chunk;
  private final ExchangePlan plan;
  private final List<FloatVector> nodes;
  private final NodeForm form;
  private final FloatVector vector;
  private final long number;
  private final TrafficMeter meter;

  /** Where the parts of each peer lie that are to be added next. */
  private final Map<Integer, FloatVector> parts = new HashMap<>();

  private Wish wish;
  private List<ByteBuffer> finished = List.of();

  /**
   * An exchange that has yet to begin.
   *
   * @param chunk floats
   */
  DirectExchange(
      Map<Integer, DataChannel> channels,
      Map<Integer, Staging> staging,
      PackedMemory packed,
      TreeAdder adder,
      Watch watch,
      int chunk,
      ExchangePlan plan,
      List<FloatVector> nodes,
      NodeForm form,
      FloatVector vector,
      long number,
      TrafficMeter meter,
      Wish wish) {
    this.channels = channels;
    this.staging = staging;
    this.packed = packed;
    this.adder = adder;
    this.watch = watch;
    this.chunk = chunk;
    this.plan = plan;
    this.nodes = nodes;
    this.form = form;
    this.vector = vector;
    this.number = number;
    this.meter = meter;
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
      packResult(round - 1);
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
      FrameType type = plan.adds() ? FrameType.PART : FrameType.RESULT;
      send(peer, type, part, payload(nodes, part, packed.part()));
    }
    Segment result = piece(plan.self(), round - 1);
    if (plan.shares() && plan.takesFrom(plan.self(), peer) && result.length() > 0) {
      send(peer, FrameType.RESULT, result, finished);
    }
  }

  /** Packs a finished piece once for all who take it. */
  private void packResult(int round) {
    Segment result = piece(plan.self(), round);
    if (plan.shares() && result.length() > 0) {
      finished = payload(List.of(vector), result, packed.result());
    }
  }

  private List<ByteBuffer> payload(List<FloatVector> vectors, Segment piece, Staging room) {
    if (form.coding() instanceof Coding.Packed coding) {
      int most = Payloads.most(coding, vectors.size(), piece.length());
      return List.of(packed.payloads().pack(coding, vectors, piece, room.bytes(most)));
    }
    return Payloads.inPlace(vectors, piece);
  }

  private void send(int peer, FrameType type, Segment piece, List<ByteBuffer> payload)
      throws PeerException {
    int bytes = 0;
    for (int i = 0; i < payload.size(); i++) {
      bytes += payload.get(i).remaining();
    }
    try {
      if (channels.get(peer).send(header(type, piece, bytes), payload) == bytes) {
        meter.sent(bytes, piece.length() * (type == FrameType.PART ? nodes.size() : 1));
      } else {
        meter.sentHeader();
      }
    } catch (ProtocolException | IOException e) {
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
      FloatVector room = staging.get(peer).atLeast(count * chunk);
      DataChannel.Received came = receive(peer, FrameType.PART, piece, room, count);
      parts.put(peer, isPlain() ? FloatVector.over(came.payload()) : room);
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
    FloatVector room = vector.slice(piece.start(), piece.length());
    DataChannel.Received came = receive(peer, FrameType.RESULT, piece, room, 1);
    if (isPlain() && came.isShared()) {
      room.bytes().put(0, came.payload(), 0, came.payload().capacity());
    }
    channels.get(peer).release();
  }

  /**
   * Receives a piece of so many nodes.
   *
   * @param room takes it if it is packed, or does not lie in shared memory
   */
  private DataChannel.Received receive(
      int peer, FrameType type, Segment piece, FloatVector room, int count) throws PeerException {
    int floats = piece.length();
    int most = Payloads.most(form.coding(), count, floats);
    FrameHeader expected = header(type, piece, most);
    DataChannel channel = channels.get(peer);
    try {
      DataChannel.Received came;
      if (isPlain()) {
        came = channel.receive(expected, room.bytes().slice(0, most));
      } else {
        came = channel.receiveUpTo(expected, packed.incoming().bytes(most));
        packed.payloads().unpack(came.payload(), room, 0, count, floats);
      }
      if (peer == 0) {
        wish = came.wish();
      }
      return came;
    } catch (ProtocolException | IOException e) {
      throw new PeerException(peer, e);
    }
  }

  private boolean isPlain() {
    return Payloads.isPlain(form.coding());
  }

  private void add(int round) {
    Segment piece = piece(plan.self(), round);
    if (plan.adds() && piece.length() > 0) {
      adder.add(
          piece.start(),
          piece.end(),
          form.rounding(),
          (node, start, target, length) -> read(piece, node, start, target, length),
          (node, start, sum, length) -> vector.floats().put(start, sum, 0, length));
      parts.keySet().forEach(peer -> channels.get(peer).release());
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
      parts.get(jvm).floats().get(offset, target, 0, length);
    }
  }

  private FrameHeader header(FrameType type, Segment piece, int bytes) {
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
