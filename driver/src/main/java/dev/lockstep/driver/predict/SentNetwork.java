package dev.lockstep.driver.predict;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.model.NetworkArchive;
import dev.lockstep.worker.model.InputElements;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.Ports;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.network.Network;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A network on its way to Spark's tasks: its bytes once for each executor, its schema with each
 * task.
 */
public final class SentNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<byte[]> network;
  private final String schema;
  private final InputElements inputs;

  private SentNetwork(Broadcast<byte[]> network, String schema, InputElements inputs) {
    this.network = network;
    this.schema = schema;
    this.inputs = inputs;
  }

  /**
   * Sends a network without its updater state.
   *
   * @param inputs what each input of it takes
   */
  public static SentNetwork send(
      JavaSparkContext spark, Network network, DataSchema schema, InputElements inputs) {
    byte[] bytes = NetworkArchive.withoutUpdater(network);
    return new SentNetwork(spark.broadcast(bytes), Json.write(schema), inputs);
  }

  /**
   * Opens the network in a task, and holds ND4J to one thread an operation: a prediction must not
   * depend on the cores of the machine.
   */
  public Network open() {
    NativeThreads.useOnePerOperation();
    return NetworkArchive.open(network.value(), "the network that the driver sent");
  }

  public DataSchema schema() {
    return Json.read(schema, DataSchema.class, "the schema that the driver sent");
  }

  /**
   * What samples are read into on their way to an opened network.
   *
   * @param capacity samples of a batch
   */
  public ReplicaBatch batch(Network opened, int capacity) {
    return new ReplicaBatch(schema(), Ports.of(inputs, opened), capacity);
  }

  /** Frees the memory of the executors; no task may use the network any more. */
  public void release() {
    network.destroy();
  }
}
