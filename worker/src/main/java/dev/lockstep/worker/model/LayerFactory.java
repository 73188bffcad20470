package dev.lockstep.worker.model;

import dev.lockstep.common.config.Initialiser;
import dev.lockstep.common.config.LayerSpec;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.Regularisation;
import dev.lockstep.common.data.LabelSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * Makes DL4J's layers. Each says everything about itself, so that none of DL4J's defaults gets in.
 */
final class LayerFactory {
  private final ModelConfig.Layers model;
  private final LabelSchema label;
  private final int units;

  /**
   * @param units of the output layer
   */
  LayerFactory(ModelConfig.Layers model, LabelSchema label, int units) {
    this.model = model;
    this.label = label;
    this.units = units;
  }

  List<Layer> layers() {
    return model.layers().stream().map(this::layer).toList();
  }

  private Layer layer(LayerSpec spec) {
    if (spec instanceof LayerSpec.Dense dense) {
      return dense(dense);
    } else if (spec instanceof LayerSpec.Convolution convolution) {
      return convolution(convolution);
    } else if (spec instanceof LayerSpec.Subsampling subsampling) {
      return subsampling(subsampling);
    } else if (spec instanceof LayerSpec.BatchNorm batchNorm) {
      return batchNorm(batchNorm);
    } else if (spec instanceof LayerSpec.Dropout dropout) {
      return new DropoutLayer.Builder(dropout.keep()).build();
    } else if (spec instanceof LayerSpec.ActivationOnly activation) {
      return new ActivationLayer(Dl4jTerms.activation(activation.function()));
    }
    return output((LayerSpec.Output) spec);
  }

  private Layer dense(LayerSpec.Dense spec) {
    return weighted(new DenseLayer.Builder(), spec.initialiser(), spec.regularisation())
        .nOut(spec.units())
        .activation(Dl4jTerms.activation(spec.activation()))
        .hasBias(spec.bias())
        .build();
  }

  private Layer convolution(LayerSpec.Convolution spec) {
    return weighted(new ConvolutionLayer.Builder(), spec.initialiser(), spec.regularisation())
        .kernelSize(spec.kernel().height(), spec.kernel().width())
        .stride(spec.stride().height(), spec.stride().width())
        .convolutionMode(Dl4jTerms.padding(spec.padding()))
        .nOut(spec.filters())
        .activation(Dl4jTerms.activation(spec.activation()))
        .hasBias(spec.bias())
        .build();
  }

  private Layer output(LayerSpec.Output spec) {
    return weighted(
            new OutputLayer.Builder(Dl4jTerms.loss(spec.loss(), label)),
            spec.initialiser(),
            spec.regularisation())
        .nOut(units)
        .activation(Dl4jTerms.activation(spec.activation()))
        .hasBias(spec.bias())
        .build();
  }

  private static Layer subsampling(LayerSpec.Subsampling spec) {
    return new SubsamplingLayer.Builder(Dl4jTerms.pooling(spec.pooling()))
        .kernelSize(spec.kernel().height(), spec.kernel().width())
        .stride(spec.stride().height(), spec.stride().width())
        .convolutionMode(Dl4jTerms.padding(spec.padding()))
        .build();
  }

  /**
   * The running variance is kept as such and not as a logarithm, so that the weighted mean over
   * lanes is that of the variances. Clipping is off, since DL4J would clip the changes of the
   * running mean and variance along with the gradients.
   */
  private static Layer batchNorm(LayerSpec.BatchNorm spec) {
    return new BatchNormalization.Builder()
        .decay(spec.decay())
        .eps(spec.epsilon())
        .useLogStd(false)
        .activation(Activation.IDENTITY)
        .gradientNormalization(GradientNormalization.None)
        .build();
  }

  private <B extends BaseLayer.Builder<B>> B weighted(
      B builder, Optional<Initialiser> initialiser, Optional<Regularisation> regularisation) {
    builder.weightInit(Dl4jTerms.initialiser(initialiser.orElse(model.initialiser())));
    builder.regularization(penalties(regularisation.orElse(model.regularisation())));
    return builder;
  }

  private static List<Regularization> penalties(Regularisation regularisation) {
    List<Regularization> penalties = new ArrayList<>();
    if (regularisation.l1() > 0) {
      penalties.add(new L1Regularization(regularisation.l1()));
    }
    if (regularisation.l2() > 0) {
      penalties.add(new L2Regularization(regularisation.l2()));
    }
    if (regularisation.weightDecay() > 0) {
      penalties.add(new WeightDecay(regularisation.weightDecay(), true));
    }
    return penalties;
  }
}
