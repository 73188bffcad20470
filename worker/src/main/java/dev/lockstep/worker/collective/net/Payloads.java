package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * How the floats of an operation become the payloads of frames, and come back. Belongs to one
 * thread, and is kept from operation to operation.
 */
final class Payloads {
  private final Packer packer = new Packer();
  private final Unpacker unpacker = new Unpacker();

  /** Whether a payload is as long as its floats, and can be read and written where they lie. */
  static boolean isPlain(Coding coding) {
    return coding instanceof Coding.Plain;
  }

  /** Bytes of a frame with a piece of several nodes at most; exactly so many where it is plain. */
  static int most(Coding coding, int nodes, int floats) {
    return nodes * (isPlain(coding) ? floats * Float.BYTES : PackedForm.most(floats));
  }

  /** Whether a frame with a piece of several nodes may be so long. */
  static boolean fits(Coding coding, int payload, int nodes, int floats) {
    int most = most(coding, nodes, floats);
    return isPlain(coding) ? payload == most : payload <= most;
  }

  /** The memory of a piece of some vectors. */
  static List<ByteBuffer> inPlace(List<FloatVector> vectors, Segment piece) {
    int bytes = piece.length() * Float.BYTES;
    return vectors.stream().map(v -> v.bytes().slice(piece.start() * Float.BYTES, bytes)).toList();
  }

  /**
   * Packs a piece of some vectors, one after the other.
   *
   * @param room from its start, for {@link #most} bytes
   * @return the bytes that are taken
   */
  ByteBuffer pack(Coding.Packed coding, List<FloatVector> vectors, Segment piece, ByteBuffer room) {
    ByteBuffer target = room.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < vectors.size(); i++) {
      packer.pack(vectors.get(i), piece, coding.quantum(), target);
    }
    return target.flip();
  }

  /**
   * Unpacks pieces of so many nodes into neighbouring places.
   *
   * @param start of the first in the target
   * @throws ProtocolException where the bytes are no such pieces
   */
  void unpack(ByteBuffer payload, FloatVector target, int start, int nodes, int floats) {
    ByteBuffer source = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    for (int node = 0; node < nodes; node++) {
      unpacker.unpack(source, target, start + node * floats, floats);
    }
    Unpacker.requireEnd(source);
  }

  /**
   * Takes the payload of a frame while it comes in.
   *
   * @param size bytes of the payload
   * @param start of the first of its nodes in the memory; the others follow
   * @param then runs once all has come
   */
  FrameReader.Destination destination(
      Coding coding,
      int size,
      FloatVector memory,
      int start,
      int nodes,
      Segment piece,
      Runnable then) {
    if (isPlain(coding)) {
      return new IntoVector(memory, start, then);
    }
    return new Gathered(size) {
      @Override
      void complete(ByteBuffer payload) {
        unpack(payload, memory, start, nodes, piece.length());
        then.run();
      }
    };
  }
}
