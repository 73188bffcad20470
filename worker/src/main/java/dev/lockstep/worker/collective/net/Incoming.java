package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Coding;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The pieces that are still to come from one peer, in the order in which they must. */
final class Incoming {
  private final Coding coding;
  private final Deque<Segment> parts;
  private final Deque<Segment> results;

  Incoming(Coding coding, List<Segment> parts, List<Segment> results) {
    this.coding = coding;
    this.parts = new ArrayDeque<>(parts);
    this.results = new ArrayDeque<>(results);
  }

  boolean lacksParts() {
    return !parts.isEmpty();
  }

  boolean isComplete() {
    return parts.isEmpty() && results.isEmpty();
  }

  /** The next part, which a frame must bring. */
  Segment nextPart(FrameHeader header, int nodes) {
    return next(parts, header, nodes);
  }

  /** The next finished piece, which a frame must bring. */
  Segment nextResult(FrameHeader header) {
    return next(results, header, 1);
  }

  private Segment next(Deque<Segment> pieces, FrameHeader header, int nodes) {
    Segment piece = pieces.peek();
    if (piece == null
        || header.offset() != piece.start()
        || !Payloads.fits(coding, header.payload(), nodes, piece.length())) {
      throw new ProtocolException(
          "it brings %d bytes for float %d where %s is expected"
              .formatted(header.payload(), header.offset(), piece));
    }
    return piece;
  }

  void partCame() {
    parts.remove();
  }

  void resultCame() {
    results.remove();
  }
}
