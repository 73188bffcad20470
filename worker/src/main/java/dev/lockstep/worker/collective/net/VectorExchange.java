package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.TreeAdder;
import dev.lockstep.worker.collective.Wish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An operation over a vector, piece by piece: parts of the own slice come in, are added as soon as
 * those of all peers have come, and leave as finished pieces while later parts are still coming.
 *
 * <p>What is sent is read from the vector's own memory. It is safe to overwrite a slice with the
 * finished one: its owner cannot have finished it before it had the part that was sent from there.
 */
final class VectorExchange implements Operation {
  private final long number;
  private final Occasion occasion;
  private final ExchangePlan plan;
  private final Links links;
  private final List<FloatVector> nodes;
  private final NodeForm form;
  private final FloatVector vector;
  private final TreeAdder adder;
  private final Payloads payloads;
  private final TrafficMeter meter;
  private final int segment;
  private final Map<Integer, Incoming> incoming = new HashMap<>();
  private final List<Segment> ownPieces;
  private final int[] partsOfPiece;
  private Wish wish;
  private int piecesLeft;
  private int unsent;

  /**
   * An exchange that has yet to begin.
   *
   * @param nodes the sums that this JVM brings; those of the parts that it sends
   * @param vector takes the result
   * @param wish of rank 0, where it is one of this JVM's
   */
  VectorExchange(
      long number,
      Occasion occasion,
      ExchangePlan plan,
      Links links,
      List<FloatVector> nodes,
      NodeForm form,
      FloatVector vector,
      TreeAdder adder,
      Payloads payloads,
      TrafficMeter meter,
      int segment,
      Wish wish) {
    this.number = number;
    this.occasion = occasion;
    this.plan = plan;
    this.links = links;
    this.nodes = nodes;
    this.form = form;
    this.vector = vector;
    this.adder = adder;
    this.payloads = payloads;
    this.meter = meter;
    this.segment = segment;
    this.wish = wish;
    this.ownPieces = plan.ownSlice().pieces(segment);
    this.partsOfPiece = new int[ownPieces.size()];
    this.piecesLeft = ownPieces.size();
    for (int peer : plan.peers()) {
      incoming.put(peer, expectedOf(peer));
    }
  }

  private Incoming expectedOf(int peer) {
    List<Segment> parts = plan.adds() && plan.contributes(peer) ? ownPieces : List.of();
    List<Segment> results = new ArrayList<>();
    plan.resultsFrom(peer).forEach(slice -> results.addAll(slice.pieces(segment)));
    return new Incoming(form.coding(), parts, results);
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public Occasion occasion() {
    return occasion;
  }

  /** The wish of rank 0, once the exchange is complete. */
  Wish wish() {
    return wish;
  }

  @Override
  public void begin() {
    if (plan.contributes(plan.self())) {
      sendParts();
    }
    for (int piece = 0; piece < ownPieces.size(); piece++) {
      if (plan.isFinished(plan.self())) {
        finished(ownPieces.get(piece));
      } else if (plan.adds() && plan.peers().isEmpty()) {
        add(ownPieces.get(piece));
      }
    }
  }

  @Override
  public FrameReader.Destination accept(int jvm, FrameHeader header) {
    if (header.length() != vector.length()) {
      throw new ProtocolException(
          "its vector has %d floats where %d are expected"
              .formatted(header.length(), vector.length()));
    }
    if (jvm == 0) {
      wish = header.wish();
    }
    return switch (header.type()) {
      case PART -> part(jvm, header);
      case RESULT -> result(jvm, header);
      default ->
          throw new ProtocolException("it brings %s in %s".formatted(header.type(), occasion));
    };
  }

  @Override
  public boolean expects(int jvm) {
    return !incoming.get(jvm).isComplete();
  }

  @Override
  public boolean isComplete() {
    return piecesLeft == 0
        && unsent == 0
        && incoming.values().stream().allMatch(Incoming::isComplete);
  }

  @Override
  public List<Integer> missing() {
    List<Integer> withoutParts =
        plan.peers().stream().filter(peer -> incoming.get(peer).lacksParts()).sorted().toList();
    return withoutParts.isEmpty()
        ? plan.peers().stream().filter(this::expects).sorted().toList()
        : withoutParts;
  }

  private void sendParts() {
    FrameType type = plan.adds() ? FrameType.PART : FrameType.RESULT;
    List<Integer> peers = plan.peers();
    boolean more = true;
    for (int i = 0; more; i++) {
      more = false;
      for (int peer : peers) {
        Segment slice = plan.slices().get(peer);
        int start = slice.start() + i * segment;
        if (start < slice.end()) {
          Segment part = new Segment(start, Math.min(slice.end(), start + segment));
          send(List.of(peer), type, part, nodes);
          more = true;
        }
      }
    }
  }

  private FrameReader.Destination part(int jvm, FrameHeader header) {
    Incoming expected = incoming.get(jvm);
    int count = plan.nodes().get(jvm);
    Segment piece = expected.nextPart(header, count);
    FloatVector memory = links.staging(jvm).atLeast(count * plan.ownSlice().length());
    int start = count * (piece.start() - plan.ownSlice().start());
    return payloads.destination(
        form.coding(),
        header.payload(),
        memory,
        start,
        count,
        piece,
        () -> {
          expected.partCame();
          int index = (piece.start() - plan.ownSlice().start()) / segment;
          if (++partsOfPiece[index] == plan.peers().size()) {
            add(piece);
          }
          links.progressed(this);
        });
  }

  private FrameReader.Destination result(int jvm, FrameHeader header) {
    Incoming expected = incoming.get(jvm);
    Segment piece = expected.nextResult(header);
    return payloads.destination(
        form.coding(),
        header.payload(),
        vector,
        piece.start(),
        1,
        piece,
        () -> {
          expected.resultCame();
          if (ownPieces.contains(piece)) {
            finished(piece);
          }
          links.progressed(this);
        });
  }

  private void add(Segment piece) {
    adder.add(
        piece.start(),
        piece.end(),
        form.rounding(),
        (node, start, target, length) -> read(piece, node, start, target, length),
        (node, start, sum, length) -> vector.floats().put(start, sum, 0, length));
    finished(piece);
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
      return;
    }
    int frame = plan.nodes().get(jvm) * (piece.start() - plan.ownSlice().start());
    int offset = frame + ofJvm * piece.length() + start - piece.start();
    links.staging(jvm).atLeast(0).floats().get(offset, target, 0, length);
  }

  /** A piece of the own slice is finished. */
  private void finished(Segment piece) {
    piecesLeft--;
    if (plan.shares()) {
      List<Integer> takers =
          plan.peers().stream().filter(peer -> plan.takesFrom(plan.self(), peer)).toList();
      send(takers, FrameType.RESULT, piece, List.of(vector));
    }
  }

  /** Sends a piece, packed once for all. */
  private void send(List<Integer> peers, FrameType type, Segment piece, List<FloatVector> vectors) {
    if (form.coding() instanceof Coding.Packed coding) {
      int most = Payloads.most(coding, vectors.size(), piece.length());
      ByteBuf memory = PooledByteBufAllocator.DEFAULT.directBuffer(most);
      ByteBuffer packed = payloads.pack(coding, vectors, piece, memory.nioBuffer(0, most));
      for (int peer : peers) {
        memory.retain();
        send(peer, type, piece, vectors.size(), List.of(packed), memory::release);
      }
      memory.release();
    } else {
      for (int peer : peers) {
        send(peer, type, piece, vectors.size(), Payloads.inPlace(vectors, piece), () -> {});
      }
    }
  }

  /**
   * Sends a frame.
   *
   * @param release runs when the payload's memory is free again
   */
  private void send(
      int peer,
      FrameType type,
      Segment piece,
      int count,
      List<ByteBuffer> payload,
      Runnable release) {
    int bytes = payload.stream().mapToInt(ByteBuffer::remaining).sum();
    FrameHeader header = new FrameHeader(type, wish, bytes, number, piece.start(), vector.length());
    meter.sent(bytes, count * piece.length());
    unsent++;
    ChannelFutureListener sent =
        future -> {
          release.run();
          unsent--;
          links.progressed(this);
        };
    links.to(peer).send(header, payload, sent);
  }
}
