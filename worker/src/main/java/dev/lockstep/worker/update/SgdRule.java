package dev.lockstep.worker.update;

import org.nd4j.linalg.learning.config.Sgd;

/** p -= lr g. */
final class SgdRule implements UpdateRule {
  private final Sgd configuration;
  private float learningRate;

  SgdRule(Sgd configuration) {
    this.configuration = configuration;
  }

  @Override
  public int stateVectors() {
    return 0;
  }

  @Override
  public void begin(int iteration, int epoch) {
    learningRate = (float) configuration.getLearningRate(iteration, epoch);
  }

  @Override
  public void apply(float[] gradient, float[] parameters, float[][] state, int length) {
    float rate = learningRate;
    for (int i = 0; i < length; i++) {
      parameters[i] -= gradient[i] * rate;
    }
  }
}
