package dev.lockstep.worker.model;

import dev.lockstep.common.config.Optimizer;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** Optimizers as ND4J's updaters. */
final class Updaters {
  private Updaters() {}

  static IUpdater of(Optimizer optimizer) {
    if (optimizer instanceof Optimizer.Sgd sgd) {
      return new Sgd(sgd.learningRate());
    } else if (optimizer instanceof Optimizer.Nesterov nesterov) {
      return new Nesterovs(nesterov.learningRate(), nesterov.momentum());
    } else if (optimizer instanceof Optimizer.AdaGrad adagrad) {
      return new AdaGrad(adagrad.learningRate(), adagrad.epsilon());
    } else if (optimizer instanceof Optimizer.AdaDelta adadelta) {
      return new AdaDelta(adadelta.rho(), adadelta.epsilon());
    } else if (optimizer instanceof Optimizer.RmsProp rmsprop) {
      return new RmsProp(rmsprop.learningRate(), rmsprop.decay(), rmsprop.epsilon());
    }
    return withMoments(optimizer);
  }

  private static IUpdater withMoments(Optimizer optimizer) {
    if (optimizer instanceof Optimizer.Adam adam) {
      return new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
    } else if (optimizer instanceof Optimizer.AmsGrad amsgrad) {
      return new AMSGrad(
          amsgrad.learningRate(), amsgrad.beta1(), amsgrad.beta2(), amsgrad.epsilon());
    } else if (optimizer instanceof Optimizer.Nadam nadam) {
      return new Nadam(nadam.learningRate(), nadam.beta1(), nadam.beta2(), nadam.epsilon());
    }
    Optimizer.AdaMax adamax = (Optimizer.AdaMax) optimizer;
    return new AdaMax(adamax.learningRate(), adamax.beta1(), adamax.beta2(), adamax.epsilon());
  }
}
