package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.FloatVector;

/** The contribution of a lane that has no samples left; memory is taken when it is first needed. */
final class ZeroVector {
  private final int length;
  private FloatVector zeros = FloatVector.allocate(0);

  ZeroVector(int length) {
    this.length = length;
  }

  FloatVector vector() {
    if (zeros.length() < length) {
      zeros = FloatVector.allocate(length);
    }
    return zeros;
  }
}
