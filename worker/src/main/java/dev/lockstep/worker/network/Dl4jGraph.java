package dev.lockstep.worker.network;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A graph in a step of training. */
record Dl4jGraph(ComputationGraph model, Optional<INDArray> givenState) implements Dl4jNetwork {
  @Override
  public List<Trainable> trainables() {
    return Arrays.stream(model.topologicalSortOrder())
        .<Trainable>mapToObj(vertex -> model.getVertices()[vertex])
        .filter(vertex -> vertex.numParams() > 0)
        .toList();
  }

  @Override
  public BaseMultiLayerUpdater<?> makeUpdater() {
    ComputationGraphUpdater updater = new ComputationGraphUpdater(model, givenState.orElse(null));
    model.setUpdater(updater);
    return updater;
  }

  /** As the pass has left it: graphs have no other pass than DL4J's. */
  @Override
  public Supplier<Gradient> namedGradient() {
    return model::gradient;
  }

  @Override
  public void computeGradient(INDArray[] inputs, INDArray[] targets) {
    model.setInputs(inputs);
    model.setLabels(targets);
    model.computeGradientAndScore();
  }

  @Override
  public boolean changesFinishedGradients() {
    return !model.getListeners().isEmpty()
        || model.getConfiguration().getBackpropType() == BackpropType.TruncatedBPTT;
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
    model.getConfiguration().setIterationCount(iteration);
  }

  @Override
  public int epoch() {
    return model.getEpochCount();
  }

  @Override
  public void setEpoch(int epoch) {
    model.getConfiguration().setEpochCount(epoch);
  }
}
