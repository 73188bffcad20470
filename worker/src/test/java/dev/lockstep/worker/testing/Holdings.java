package dev.lockstep.worker.testing;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;

/**
 * What this process holds.
 *
 * @param heap bytes of live objects
 * @param direct bytes of direct memory
 * @param pooled bytes in use of Netty's pool
 * @param nativeBytes of arrays outside the JVM
 */
public record Holdings(
    long heap, long direct, long pooled, long nativeBytes, long threads, long files) {

  /** What is held after a collection. */
  public static Holdings current() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new Holdings(
        runtime.totalMemory() - runtime.freeMemory(),
        direct,
        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory(),
        Pointer.totalBytes(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        openFiles());
  }

  /** Files and sockets that are open. */
  public static long openFiles() {
    return new File("/proc/self/fd").list().length;
  }
}
