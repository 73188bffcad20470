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

  /** For buffers outside the heap: connections, vectors on their way, Arrow. */
  private long direct() {
    return overhead() / 4;
  }

  /**
   * The largest block that Spark is to fetch without the disk; executors whose direct buffers do
   * not hold one refuse to start, and Spark's own limit is 200.
   */
  long largestFetch() {
    return Math.min(200, direct() / 2);
  }

  /** The options that hold a JVM to its shares, so that it fails by name and is not killed. */
  List<String> javaOptions() {
    return List.of(
        "-XX:MaxDirectMemorySize=%dm".formatted(direct()),
        "-Dorg.bytedeco.javacpp.maxbytes=%dm".formatted(overhead() / 2),
        "-Dorg.bytedeco.javacpp.maxphysicalbytes=%dm".formatted(total));
  }
}
