package dev.lockstep.worker.network;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A stack in a step of training. */
record Dl4jStack(MultiLayerNetwork model, Optional<INDArray> givenState) implements Dl4jNetwork {
  @Override
  public List<Trainable> trainables() {
    return List.of(model.getLayers());
  }

  @Override
  public BaseMultiLayerUpdater<?> makeUpdater() {
    MultiLayerUpdater updater = new MultiLayerUpdater(model, givenState.orElse(null));
    model.setUpdater(updater);
    return updater;
  }

  /** Built once, as a pass of DL4J's builds it each time; another pass does not. */
  @Override
  public Supplier<Gradient> namedGradient() {
    Gradient named = new DefaultGradient(model.getFlattenedGradients());
    for (Layer layer : model.getLayers()) {
      ParamInitializer initializer = layer.conf().getLayer().initializer();
      if (layer.numParams() > 0) {
        initializer
            .getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray())
            .forEach((name, view) -> named.setGradientFor(layer.getIndex() + "_" + name, view));
      }
    }
    return () -> named;
  }

  @Override
  public void computeGradient(INDArray[] inputs, INDArray[] targets) {
    model.setInput(inputs[0]);
    model.setLabels(targets[0]);
    model.computeGradientAndScore();
  }

  @Override
  public boolean changesFinishedGradients() {
    return !model.getListeners().isEmpty()
        || model.getLayerWiseConfigurations().getBackpropType() == BackpropType.TruncatedBPTT;
  }

  @Override
  public void clearLayersStates() {
    model.clearLayersStates();
  }

  @Override
  public int iteration() {
    return model.getIterationCount();
  }

  @Override
  public void setIteration(int iteration) {
    model.getLayerWiseConfigurations().setIterationCount(iteration);
  }

  @Override
  public int epoch() {
    return model.getEpochCount();
  }

  @Override
  public void setEpoch(int epoch) {
    model.getLayerWiseConfigurations().setEpochCount(epoch);
  }
}
