package dev.lockstep.worker.compute.dense;

/**
 * What a layer leaves of a batch, [samples, units] each.
 *
 * @param preOutput before the activation function, for functions that need it on the way back
 * @param output after it
 * @param delta gradient of the loss, first of the output, then of the pre-output
 */
record StageMemory(Rows preOutput, Rows output, Rows delta) {
  static StageMemory allocate(int samples, int units) {
    return new StageMemory(
        Rows.allocate(samples, units),
        Rows.allocate(samples, units),
        Rows.allocate(samples, units));
  }
}
