package dev.lockstep.worker.compute.dense;

import java.util.List;

/** What the layers leave of a batch of so many samples. */
record DenseBatch(int samples, List<StageMemory> memories) {
  static DenseBatch allocate(List<DenseSpec> layers, int samples) {
    return new DenseBatch(
        samples,
        layers.stream().map(layer -> StageMemory.allocate(samples, layer.units())).toList());
  }
}
