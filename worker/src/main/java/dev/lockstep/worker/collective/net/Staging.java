package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;

/** Memory for the parts of one peer, kept from operation to operation. */
final class Staging {
  private FloatVector memory = FloatVector.allocate(0);

  /** Memory for at least so many floats; what was in it is lost where it grows. */
  FloatVector atLeast(int floats) {
    if (memory.length() < floats) {
      memory = FloatVector.allocate(floats);
    }
    return memory;
  }
}
