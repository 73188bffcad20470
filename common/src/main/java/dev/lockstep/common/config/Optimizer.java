package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * The rule that turns a gradient into an update; names and defaults are those of the literature.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Optimizer.Sgd.class, name = "sgd"),
  @JsonSubTypes.Type(value = Optimizer.Nesterov.class, name = "nesterov"),
  @JsonSubTypes.Type(value = Optimizer.AdaGrad.class, name = "adagrad"),
  @JsonSubTypes.Type(value = Optimizer.AdaDelta.class, name = "adadelta"),
  @JsonSubTypes.Type(value = Optimizer.RmsProp.class, name = "rmsprop"),
  @JsonSubTypes.Type(value = Optimizer.Adam.class, name = "adam"),
  @JsonSubTypes.Type(value = Optimizer.AmsGrad.class, name = "amsgrad"),
  @JsonSubTypes.Type(value = Optimizer.Nadam.class, name = "nadam"),
  @JsonSubTypes.Type(value = Optimizer.AdaMax.class, name = "adamax")
})
public sealed interface Optimizer {
  record Sgd(double learningRate) implements Optimizer {}

  /** Nesterov's accelerated gradient; {@code momentum} is another name for it. */
  record Nesterov(double learningRate, double momentum) implements Optimizer {}

  record AdaGrad(double learningRate, double epsilon) implements Optimizer {}

  /** Has no learning rate. */
  record AdaDelta(double rho, double epsilon) implements Optimizer {}

  record RmsProp(double learningRate, double decay, double epsilon) implements Optimizer {}

  record Adam(double learningRate, double beta1, double beta2, double epsilon)
      implements Optimizer {}

  record AmsGrad(double learningRate, double beta1, double beta2, double epsilon)
      implements Optimizer {}

  record Nadam(double learningRate, double beta1, double beta2, double epsilon)
      implements Optimizer {}

  record AdaMax(double learningRate, double beta1, double beta2, double epsilon)
      implements Optimizer {}
}
