package dev.lockstep.driver.cluster;

import dev.lockstep.common.config.ClusterConfig;
import java.util.List;

/**
 * How the memory of a process is shared out, in MiB: two fifths to the heap, and of the rest one
 * half to ND4J, a quarter to direct buffers (connections, vectors on their way, Arrow) and a
 * quarter to the JVM itself.
 *
 * @param total all that the process may take
 * @param heap at least 512, for Spark refuses executors with less than 450
 */
record WorkerMemory(long total, long heap) {
  private static final long LEAST_HEAP = 512;

  static WorkerMemory of(ClusterConfig cluster) {
    long total = cluster.memoryPerWorker() >> 20;
    return new WorkerMemory(total, Math.max(LEAST_HEAP, total * 2 / 5));
  }

  /** What the process takes beside its heap. */
  long overhead() {
    return total - heap;
  }

  /** The options that hold a JVM to its shares, so that it fails by name and is not killed. */
  List<String> javaOptions() {
    return List.of(
        "-XX:MaxDirectMemorySize=%dm".formatted(overhead() / 4),
        "-Dorg.bytedeco.javacpp.maxbytes=%dm".formatted(overhead() / 2),
        "-Dorg.bytedeco.javacpp.maxphysicalbytes=%dm".formatted(total));
  }
}
