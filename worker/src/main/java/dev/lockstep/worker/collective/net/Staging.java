package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;
import java.nio.ByteBuffer;

/** Memory that is kept from operation to operation, such as for the parts of one peer. */
final class Staging {
  private FloatVector memory = FloatVector.allocate(0);

  /** Memory for at least so many floats; what was in it is lost where it grows. */
  FloatVector atLeast(int floats) {
    if (memory.length() < floats) {
      memory = FloatVector.allocate(floats);
    }
    return memory;
  }

  /** The first so many bytes of memory; what was in it is lost where it grows. */
  ByteBuffer bytes(int count) {
    return atLeast((count + Float.BYTES - 1) / Float.BYTES).bytes().slice(0, count);
  }
}
