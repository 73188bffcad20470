package dev.lockstep.baseline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.repartitioner.EqualRepartitioner;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;

/** The masters that can be measured, set up for minibatches that are objects of an RDD. */
final class Master {
  private Master() {}

  /**
   * The master of that name.
   *
   * @param name {@code shared-training}, or {@code parameter-averaging:N} for an averaging of
   *     parameters and updater state after every N minibatches of a worker
   * @param workers that train at the same time
   * @param samples of a minibatch
   * @throws IllegalArgumentException for another name
   */
  static TrainingMaster<?, ?> of(String name, int workers, int samples) {
    String[] parts = name.split(":", -1);
    return switch (parts[0]) {
      case "parameter-averaging" ->
          parameterAveraging(Integer.parseInt(parts[1]), workers, samples);
      case "shared-training" -> sharedTraining(workers, samples);
      default -> throw new IllegalArgumentException("Cannot train with '%s'".formatted(name));
    };
  }

  private static TrainingMaster<?, ?> parameterAveraging(int every, int workers, int samples) {
    return new ParameterAveragingTrainingMaster.Builder(workers, samples)
        .batchSizePerWorker(samples)
        .averagingFrequency(every)
        .saveUpdater(true)
        .workerPrefetchNumBatches(2)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .build();
  }

  private static TrainingMaster<?, ?> sharedTraining(int workers, int samples) {
    VoidConfiguration network =
        VoidConfiguration.builder().controllerAddress("127.0.0.1").unicastPort(freePort()).build();
    return new SharedTrainingMaster.Builder(network, samples)
        .batchSizePerWorker(samples)
        .workersPerNode(workers)
        .repartitioner(new EqualRepartitioner())
        .workerPrefetchNumBatches(2)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .build();
  }

  /** A port of UDP, so that two benchmarks on one machine do not meet. */
  private static int freePort() {
    try (DatagramSocket socket = new DatagramSocket()) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
