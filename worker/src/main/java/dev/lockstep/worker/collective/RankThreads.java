package dev.lockstep.worker.collective;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;

/** The threads of one JVM's ranks, to tell where a rank is that does not come. */
final class RankThreads {
  private static final int FRAMES = 12;

  private final int firstRank;
  private final AtomicReferenceArray<Thread> threads;

  RankThreads(int firstRank, int ranks) {
    this.firstRank = firstRank;
    this.threads = new AtomicReferenceArray<>(ranks);
  }

  /** The current thread is that of a rank. */
  void enter(int localRank) {
    threads.set(localRank, Thread.currentThread());
  }

  /** Whether the current thread is that of a rank, rather than one beside it. */
  boolean isCurrent(int localRank) {
    return threads.get(localRank) == Thread.currentThread();
  }

  /** Such as {@code rank 2}. */
  String name(int localRank) {
    return "rank " + (firstRank + localRank);
  }

  /** Such as {@code rank 2, which is in Prefetcher.take:88 < LaneWork.computeGradient:97}. */
  String describe(int localRank) {
    Thread thread = threads.get(localRank);
    String rank = name(localRank);
    if (thread == null) {
      return rank + ", which has not started";
    }
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length == 0
        ? rank + ", whose thread has ended"
        : rank + ", which is in " + text(stack);
  }

  private static String text(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .limit(FRAMES)
        .map(RankThreads::text)
        .collect(Collectors.joining(" < "));
  }

  private static String text(StackTraceElement frame) {
    String type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
    return "%s.%s:%d".formatted(type, frame.getMethodName(), frame.getLineNumber());
  }
}
