package dev.lockstep.worker.update;

import org.nd4j.linalg.learning.config.Adam;

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015) with the correction of
 * both moments in the rate of the iteration.
 *
 * <p>The powers of the betas are the floats nearest to the true ones. ND4J's are those of the C
 * library, which for betas very near to 1 are off by one unit in one of some hundred iterations;
 * with 0.9 and 0.999, and 0.95 and 0.99, every one of 6,000 agrees.
 */
final class AdamRule implements UpdateRule {
  private final Adam configuration;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private float rate;

  AdamRule(Adam configuration) {
    this.configuration = configuration;
    this.beta1 = (float) configuration.getBeta1();
    this.beta2 = (float) configuration.getBeta2();
    this.epsilon = (float) configuration.getEpsilon();
  }

  @Override
  public int stateVectors() {
    return 2;
  }

  /** The division is one of doubles in ND4J too, and the bits show it. */
  @Override
  public void begin(int iteration, int epoch) {
    float learningRate = (float) configuration.getLearningRate(iteration, epoch);
    float first = (float) Math.pow(beta1, iteration + 1);
    float second = (float) Math.pow(beta2, iteration + 1);
    double corrected = learningRate * (float) Math.sqrt(1f - second);
    rate = (float) (corrected / (1.0 - first));
  }

  @Override
  public void apply(float[] gradient, float[] parameters, float[][] state, int length) {
    float decay1 = beta1;
    float decay2 = beta2;
    float fresh1 = 1f - decay1;
    float fresh2 = 1f - decay2;
    float step = rate;
    float least = epsilon;
    float[] first = state[0];
    float[] second = state[1];
    for (int i = 0; i < length; i++) {
      float g = gradient[i];
      float m = decay1 * first[i] + g * fresh1;
      float v = decay2 * second[i] + g * g * fresh2;
      first[i] = m;
      second[i] = v;
      parameters[i] -= (m * step) / ((float) Math.sqrt(v) + least);
    }
  }
}
