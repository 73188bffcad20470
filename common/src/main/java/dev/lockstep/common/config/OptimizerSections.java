package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.TypedChoice;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;

/** Keys of {@code training.optimizer}, of which each type has its own; defaults are ND4J's. */
final class OptimizerSections {
  private OptimizerSections() {}

  static ValueType<Optimizer> choice() {
    return new TypedChoice<Optimizer>("adam")
        .or("sgd", new Sgd())
        .or("nesterov", new Nesterov())
        .or("momentum", new Nesterov())
        .or("adagrad", new AdaGrad())
        .or("adadelta", new AdaDelta())
        .or("rmsprop", new RmsProp())
        .or("adam", new Moments(Optimizer.Adam::new))
        .or("amsgrad", new Moments(Optimizer.AmsGrad::new))
        .or("nadam", new Moments(Optimizer.Nadam::new))
        .or("adamax", new Moments(Optimizer.AdaMax::new));
  }

  /** Hyper-parameters that several optimizers have. */
  private abstract static class Section extends MapType<Optimizer> {
    final Key<Double> learningRate(String fallback) {
      return key("learning-rate", positive(), fallback, "size of a step");
    }

    final Key<Double> epsilon(String fallback) {
      return key("epsilon", positive(), fallback, "keeps a divisor away from zero");
    }

    final Key<Double> decay(String name, String fallback, String meaning) {
      return key(
          name,
          Types.number("a number >= 0 and < 1", rate -> rate >= 0 && rate < 1),
          fallback,
          meaning);
    }

    private static ValueType<Double> positive() {
      return Types.number("a number > 0", value -> value > 0);
    }
  }

  private static final class Sgd extends Section {
    private final Key<Double> learningRate = learningRate("0.001");

    @Override
    protected Optimizer build(Values values) {
      return new Optimizer.Sgd(values.get(learningRate));
    }
  }

  private static final class Nesterov extends Section {
    private final Key<Double> learningRate = learningRate("0.1");
    private final Key<Double> momentum =
        decay("momentum", "0.9", "part of the last step that is taken again");

    @Override
    protected Optimizer build(Values values) {
      return new Optimizer.Nesterov(values.get(learningRate), values.get(momentum));
    }
  }

  private static final class AdaGrad extends Section {
    private final Key<Double> learningRate = learningRate("0.1");
    private final Key<Double> epsilon = epsilon("0.000001");

    @Override
    protected Optimizer build(Values values) {
      return new Optimizer.AdaGrad(values.get(learningRate), values.get(epsilon));
    }
  }

  private static final class AdaDelta extends Section {
    private final Key<Double> rho =
        decay("rho", "0.95", "decay of the averages of squared gradients and updates");
    private final Key<Double> epsilon = epsilon("0.000001");

    @Override
    protected Optimizer build(Values values) {
      return new Optimizer.AdaDelta(values.get(rho), values.get(epsilon));
    }
  }

  private static final class RmsProp extends Section {
    private final Key<Double> learningRate = learningRate("0.1");
    private final Key<Double> decay =
        decay("decay", "0.95", "decay of the average of squared gradients");
    private final Key<Double> epsilon = epsilon("0.00000001");

    @Override
    protected Optimizer build(Values values) {
      return new Optimizer.RmsProp(
          values.get(learningRate), values.get(decay), values.get(epsilon));
    }
  }

  /** Adam and its relatives. */
  private static final class Moments extends Section {
    private final Key<Double> learningRate = learningRate("0.001");
    private final Key<Double> beta1 = decay("beta1", "0.9", "decay of the average of gradients");
    private final Key<Double> beta2 =
        decay("beta2", "0.999", "decay of the average (or maximum) of squared gradients");
    private final Key<Double> epsilon = epsilon("0.00000001");
    private final Constructor constructor;

    Moments(Constructor constructor) {
      this.constructor = constructor;
    }

    @Override
    protected Optimizer build(Values values) {
      return constructor.create(
          values.get(learningRate), values.get(beta1), values.get(beta2), values.get(epsilon));
    }

    /** A record of this family. */
    private interface Constructor {
      Optimizer create(double learningRate, double beta1, double beta2, double epsilon);
    }
  }
}
