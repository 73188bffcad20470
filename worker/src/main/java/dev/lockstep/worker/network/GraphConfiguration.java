package dev.lockstep.worker.network;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The configuration of a graph. A copy of it is made by way of JSON: DL4J's {@code clone} forgets
 * the counters.
 *
 * @param dl4j DL4J's own; networks made from this share it
 */
public record GraphConfiguration(ComputationGraphConfiguration dl4j)
    implements NetworkConfiguration {
  @Override
  public String toJson() {
    return dl4j.toJson();
  }

  @Override
  public NetworkConfiguration withCounters(int iterations, int epochs) {
    ComputationGraphConfiguration copy = dl4j.clone();
    copy.setIterationCount(iterations);
    copy.setEpochCount(epochs);
    return new GraphConfiguration(copy);
  }

  @Override
  public long parameters() {
    return dl4j.getVertices().values().stream().mapToLong(vertex -> vertex.numParams(true)).sum();
  }

  @Override
  public Network network() {
    ComputationGraph network = new ComputationGraph(dl4j);
    network.init();
    return new GraphNetwork(network);
  }

  @Override
  public Network network(ModelMemory memory) {
    ComputationGraph network = new ComputationGraph(dl4j);
    network.init(memory.parameters(), false);
    return new GraphNetwork(network, memory.updaterState(), memory.gradient());
  }
}
