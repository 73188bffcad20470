package dev.lockstep.worker.compute.dense;

/** f(x) = x. */
record Identity() implements HiddenActivation {
  @Override
  public void forward(float[] preOutput, int length, StageMemory memory) {
    memory.output().floats().put(0, preOutput, 0, length);
  }

  @Override
  public void backward(int length, StageMemory memory) {}
}
