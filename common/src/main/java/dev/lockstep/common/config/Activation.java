package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Activation functions by their usual names. */
public enum Activation {
  @JsonProperty("identity")
  IDENTITY,
  @JsonProperty("relu")
  RELU,
  @JsonProperty("relu6")
  RELU6,
  @JsonProperty("leaky-relu")
  LEAKY_RELU,
  @JsonProperty("elu")
  ELU,
  @JsonProperty("selu")
  SELU,
  @JsonProperty("gelu")
  GELU,
  @JsonProperty("swish")
  SWISH,
  @JsonProperty("mish")
  MISH,
  @JsonProperty("softplus")
  SOFTPLUS,
  @JsonProperty("softsign")
  SOFTSIGN,
  @JsonProperty("sigmoid")
  SIGMOID,
  @JsonProperty("hard-sigmoid")
  HARD_SIGMOID,
  @JsonProperty("tanh")
  TANH,
  @JsonProperty("hard-tanh")
  HARD_TANH,
  @JsonProperty("softmax")
  SOFTMAX
}
