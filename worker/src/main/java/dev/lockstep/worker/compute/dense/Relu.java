package dev.lockstep.worker.compute.dense;

/** f(x) = max(x, 0). Its gradient passes where the output is above zero. */
final class Relu implements HiddenActivation {
  private int[] gradient = {};
  private int[] output = {};

  @Override
  public void forward(float[] preOutput, int length, StageMemory memory) {
    for (int i = 0; i < length; i++) {
      preOutput[i] = Math.max(preOutput[i], 0f);
    }
    memory.output().floats().put(0, preOutput, 0, length);
  }

  /**
   * On the bits of the floats, since a branch on data that is positive half of the time costs more
   * than all the rest: an output above zero is a positive integer, and minus that has the sign bit
   * set, which a shift spreads over the whole word.
   */
  @Override
  public void backward(int length, StageMemory memory) {
    if (gradient.length < length) {
      gradient = new int[length];
      output = new int[length];
    }
    int[] masked = gradient;
    int[] gate = output;
    memory.delta().bits().get(0, masked, 0, length);
    memory.output().bits().get(0, gate, 0, length);
    for (int i = 0; i < length; i++) {
      masked[i] &= -gate[i] >> 31;
    }
    memory.delta().bits().put(0, masked, 0, length);
  }
}
