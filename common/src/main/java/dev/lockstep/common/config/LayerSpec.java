package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/** One layer of a network, as the job file describes it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = LayerSpec.Dense.class, name = "dense"),
  @JsonSubTypes.Type(value = LayerSpec.Convolution.class, name = "convolution"),
  @JsonSubTypes.Type(value = LayerSpec.Subsampling.class, name = "subsampling"),
  @JsonSubTypes.Type(value = LayerSpec.BatchNorm.class, name = "batch-norm"),
  @JsonSubTypes.Type(value = LayerSpec.Dropout.class, name = "dropout"),
  @JsonSubTypes.Type(value = LayerSpec.ActivationOnly.class, name = "activation"),
  @JsonSubTypes.Type(value = LayerSpec.Output.class, name = "output")
})
public sealed interface LayerSpec {

  /** A fully connected layer. */
  record Dense(
      int units,
      Activation activation,
      boolean bias,
      Optional<Initialiser> initialiser,
      Optional<Regularisation> regularisation)
      implements LayerSpec {}

  /** A two-dimensional convolution. */
  record Convolution(
      int filters,
      Size kernel,
      Size stride,
      Padding padding,
      Activation activation,
      boolean bias,
      Optional<Initialiser> initialiser,
      Optional<Regularisation> regularisation)
      implements LayerSpec {}

  /** Pooling over windows of an image. */
  record Subsampling(Pooling pooling, Size kernel, Size stride, Padding padding)
      implements LayerSpec {}

  /**
   * Batch normalisation (Ioffe and Szegedy, 2015).
   *
   * @param decay of the running mean and variance
   */
  record BatchNorm(double decay, double epsilon) implements LayerSpec {}

  /**
   * Dropout of activations.
   *
   * @param keep probability that an activation is kept, in (0, 1]
   */
  record Dropout(double keep) implements LayerSpec {}

  /** An activation on its own. */
  record ActivationOnly(Activation function) implements LayerSpec {}

  /** The last layer; its units follow from the label. */
  record Output(
      Activation activation,
      Loss loss,
      boolean bias,
      Optional<Initialiser> initialiser,
      Optional<Regularisation> regularisation)
      implements LayerSpec {}

  /** Rows and columns of a window or of a stride. */
  record Size(int height, int width) {}

  /** What happens at the border of an image. */
  enum Padding {
    /** Only windows that lie wholly inside. */
    @JsonProperty("valid")
    VALID,
    /** Zeros around it, so that a stride of 1 keeps the size. */
    @JsonProperty("same")
    SAME
  }

  /** How a window becomes one figure. */
  enum Pooling {
    @JsonProperty("max")
    MAX,
    @JsonProperty("average")
    AVERAGE
  }
}
