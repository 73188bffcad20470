package dev.lockstep.common.config;

/**
 * Penalties on weights (never on biases).
 *
 * @param l1 factor of the sum of absolute weights in the loss
 * @param l2 factor of half the sum of squared weights in the loss
 * @param weightDecay factor of the weights that each update subtracts, times the learning rate; not
 *     together with l2
 */
public record Regularisation(double l1, double l2, double weightDecay) {
  public static final Regularisation NONE = new Regularisation(0, 0, 0);
}
