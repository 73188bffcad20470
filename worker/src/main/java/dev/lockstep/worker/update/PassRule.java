package dev.lockstep.worker.update;

/** p -= g, as running statistics are moved. */
final class PassRule implements UpdateRule {
  @Override
  public int stateVectors() {
    return 0;
  }

  @Override
  public void begin(int iteration, int epoch) {}

  @Override
  public void apply(float[] gradient, float[] parameters, float[][] state, int length) {
    for (int i = 0; i < length; i++) {
      parameters[i] -= gradient[i];
    }
  }
}
