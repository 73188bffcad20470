package dev.lockstep.worker.update;

import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Nesterov's momentum as in Sutskever et al., "On the importance of initialization and momentum in
 * deep learning" (2013), in the form v' = mu v - lr g, p -= mu v - (1 + mu) v'.
 */
final class NesterovRule implements UpdateRule {
  private final Nesterovs configuration;
  private float learningRate;
  private float momentum;

  NesterovRule(Nesterovs configuration) {
    this.configuration = configuration;
  }

  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public void begin(int iteration, int epoch) {
    learningRate = (float) configuration.getLearningRate(iteration, epoch);
    momentum = (float) configuration.currentMomentum(iteration, epoch);
  }

  @Override
  public void apply(float[] gradient, float[] parameters, float[][] state, int length) {
    float rate = learningRate;
    float mu = momentum;
    float back = -mu - 1f;
    float[] velocity = state[0];
    for (int i = 0; i < length; i++) {
      float decayed = mu * velocity[i];
      float moved = decayed - rate * gradient[i];
      parameters[i] -= decayed + back * moved;
      velocity[i] = moved;
    }
  }
}
