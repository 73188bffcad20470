package dev.lockstep.worker.testing;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.File;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.Pointer;

/**
 * What this process holds.
 *
 * @param heap bytes of live objects
 * @param direct bytes of direct memory
 * @param mapped bytes of files that are mapped
 * @param pooled bytes in use of Netty's pool
 * @param nativeBytes of arrays outside the JVM
 */
public record Holdings(
    long heap, long direct, long mapped, long pooled, long nativeBytes, long threads, long files) {
  private static final int COLLECTIONS = 50;
  private static final int QUIET = 2;
  private static final long SETTLED = 1 << 16;
  private static final Duration PAUSE = Duration.ofMillis(100);

  /**
   * What is held when collections find nothing more. A single one does not do: the memory of ND4J's
   * arrays is let go by threads of ND4J's after a collection, and what they held by the next.
   */
  public static Holdings current() {
    Holdings last = collected();
    for (int quiet = 0, i = 0; quiet < QUIET && i < COLLECTIONS; i++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      Holdings next = collected();
      quiet = last.heap() - next.heap() < SETTLED ? quiet + 1 : 0;
      last = next;
    }
    return last;
  }

  private static Holdings collected() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return new Holdings(
        runtime.totalMemory() - runtime.freeMemory(),
        buffers("direct"),
        buffers("mapped"),
        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory(),
        Pointer.totalBytes(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        openFiles());
  }

  private static long buffers(String kind) {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals(kind))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** Files and sockets that are open. */
  public static long openFiles() {
    return new File("/proc/self/fd").list().length;
  }
}
