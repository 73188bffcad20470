package dev.lockstep.worker.update;

import java.util.Optional;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * How a gradient moves parameters. Single precision throughout, operation by operation as ND4J's
 * native updaters do it.
 */
public sealed interface UpdateRule permits SgdRule, NesterovRule, AdamRule, PassRule {
  /** The rule of an updater of ND4J; empty for those that are left to ND4J. */
  static Optional<UpdateRule> of(IUpdater updater) {
    Class<?> type = updater.getClass();
    if (type == Sgd.class) {
      return Optional.of(new SgdRule((Sgd) updater));
    } else if (type == Nesterovs.class) {
      return Optional.of(new NesterovRule((Nesterovs) updater));
    } else if (type == Adam.class) {
      return Optional.of(new AdamRule((Adam) updater));
    }
    return type == NoOp.class ? Optional.of(new PassRule()) : Optional.empty();
  }

  /** Vectors of state, each as long as the parameters. */
  int stateVectors();

  /** Takes the rates of an iteration. */
  void begin(int iteration, int epoch);

  /**
   * Moves the first {@code length} parameters.
   *
   * @param gradient already divided by the samples
   * @param state as many arrays as there are vectors of state
   */
  void apply(float[] gradient, float[] parameters, float[][] state, int length);
}
