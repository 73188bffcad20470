package dev.lockstep.driver.predict;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.model.NetworkArchive;
import dev.lockstep.worker.model.NativeThreads;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A network on its way to Spark's tasks: its bytes once for each executor, its schema with each
 * task.
 */
public final class SentNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<byte[]> network;
  private final String schema;

  private SentNetwork(Broadcast<byte[]> network, String schema) {
    this.network = network;
    this.schema = schema;
  }

  /** Sends a network without its updater state. */
  public static SentNetwork send(
      JavaSparkContext spark, MultiLayerNetwork network, DataSchema schema) {
    byte[] bytes = NetworkArchive.withoutUpdater(network);
    return new SentNetwork(spark.broadcast(bytes), Json.write(schema));
  }

  /**
   * Opens the network in a task, and holds ND4J to one thread an operation: a prediction must not
   * depend on the cores of the machine.
   */
  public MultiLayerNetwork open() {
    NativeThreads.useOnePerOperation();
    return NetworkArchive.open(network.value(), "the network that the driver sent");
  }

  public DataSchema schema() {
    return Json.read(schema, DataSchema.class, "the schema that the driver sent");
  }

  /** Frees the memory of the executors; no task may use the network any more. */
  public void release() {
    network.destroy();
  }
}
