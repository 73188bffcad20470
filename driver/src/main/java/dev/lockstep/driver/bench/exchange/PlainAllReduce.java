package dev.lockstep.driver.bench.exchange;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Slices;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The plainest all-reduce over sockets that is fast: the reference that tells what sockets can do
 * from Java. Sliced as Lockstep's, but without frames, checksums, authentication, deadlines or a
 * canonical order of addition.
 *
 * <p>Each process owns a slice. The slices are cut into chunks, and in round k a process first
 * sends chunk k of every other slice to its owner and chunk k - 1 of its own sum to all, then takes
 * chunk k of its own slice from all, adds it, and takes chunk k - 1 of the sums of the others.
 * Nobody can be more than one round ahead of another, so at most two chunks lie unread in a
 * connection: as these fit into the send buffer, no write waits for a read and one thread does.
 */
final class PlainAllReduce implements Exercise {
  /** Of 32 KiB to 512 KiB the fastest on loopback. */
  private static final int LARGEST_CHUNK = 128 << 10;

  private final SocketMesh mesh;
  private final int chunk;
  private final FloatVector received;
  private final float[] sum;
  private final float[] addend;

  /** The mesh must be connected. */
  PlainAllReduce(SocketMesh mesh) throws IOException {
    this.mesh = mesh;
    this.chunk = Math.min(LARGEST_CHUNK, mesh.buffered() / 2) / Float.BYTES;
    this.received = FloatVector.allocate(chunk);
    this.sum = new float[chunk];
    this.addend = new float[chunk];
  }

  @Override
  public void perform(FloatVector vector) throws IOException {
    Slices slices = new Slices(vector.length(), mesh.size());
    ByteBuffer bytes = vector.bytes().duplicate();
    int rounds = (longest(slices) + chunk - 1) / chunk;
    for (int round = 0; round <= rounds; round++) {
      for (int step = 1; step < mesh.size(); step++) {
        int peer = (mesh.rank() + step) % mesh.size();
        mesh.send(peer, part(bytes, slices, peer, round));
        mesh.send(peer, part(bytes, slices, mesh.rank(), round - 1));
      }
      for (int step = 1; step < mesh.size(); step++) {
        int peer = (mesh.rank() + mesh.size() - step) % mesh.size();
        add(vector, part(bytes, slices, mesh.rank(), round), peer);
        mesh.receive(peer, part(bytes, slices, peer, round - 1));
      }
    }
  }

  private void add(FloatVector vector, ByteBuffer part, int peer) throws IOException {
    int start = part.position() / Float.BYTES;
    int length = part.remaining() / Float.BYTES;
    mesh.receive(peer, received.bytes().clear().limit(part.remaining()));
    received.floats().get(0, addend, 0, length);
    vector.floats().get(start, sum, 0, length);
    for (int i = 0; i < length; i++) {
      sum[i] += addend[i];
    }
    vector.floats().put(start, sum, 0, length);
  }

  /** The bytes of one chunk of a slice; none where the slice is shorter, or the chunk negative. */
  private ByteBuffer part(ByteBuffer bytes, Slices slices, int owner, int index) {
    long end = slices.end(owner);
    long from = index < 0 ? end : Math.min(end, slices.start(owner) + (long) index * chunk);
    long to = Math.min(end, from + chunk);
    return bytes.limit((int) to * Float.BYTES).position((int) from * Float.BYTES);
  }

  private int longest(Slices slices) {
    int longest = 0;
    for (int rank = 0; rank < mesh.size(); rank++) {
      longest = Math.max(longest, slices.end(rank) - slices.start(rank));
    }
    return longest;
  }
}
