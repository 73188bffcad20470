package dev.lockstep.worker.network;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The configuration of a stack of layers.
 *
 * @param dl4j DL4J's own; networks made from this share it
 */
public record StackConfiguration(MultiLayerConfiguration dl4j) implements NetworkConfiguration {
  @Override
  public String toJson() {
    return dl4j.toJson();
  }

  @Override
  public NetworkConfiguration withCounters(int iterations, int epochs) {
    MultiLayerConfiguration copy = dl4j.clone();
    copy.setIterationCount(iterations);
    copy.setEpochCount(epochs);
    return new StackConfiguration(copy);
  }

  @Override
  public long parameters() {
    return dl4j.getConfs().stream()
        .mapToLong(layer -> layer.getLayer().initializer().numParams(layer))
        .sum();
  }

  @Override
  public Network network() {
    MultiLayerNetwork network = new MultiLayerNetwork(dl4j);
    network.init();
    return new StackNetwork(network);
  }

  @Override
  public Network network(ModelMemory memory) {
    MultiLayerNetwork network = new MultiLayerNetwork(dl4j);
    network.init(memory.parameters(), false);
    return new StackNetwork(network, memory.updaterState(), memory.gradient());
  }
}
