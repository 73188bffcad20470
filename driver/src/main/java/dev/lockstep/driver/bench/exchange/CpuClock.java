package dev.lockstep.driver.bench.exchange;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** How busy the processors of this machine are between two readings of {@code /proc/stat}. */
record CpuClock(long busy, long all) {
  private static final int IDLE = 3;
  private static final int WAITING_FOR_DISK = 4;

  /** Reads the kernel's counters. */
  static CpuClock read() {
    Path file = Path.of("/proc/stat");
    try {
      return of(Files.readAllLines(file).get(0));
    } catch (IOException e) {
      throw new LockstepException(FailureKind.STORAGE, "Cannot read " + file, e);
    }
  }

  /** The counters of all processors together, as proc(5) describes their line. */
  static CpuClock of(String line) {
    long[] ticks =
        Arrays.stream(line.split(" +")).skip(1).limit(8).mapToLong(Long::parseLong).toArray();
    long all = Arrays.stream(ticks).sum();
    return new CpuClock(all - ticks[IDLE] - ticks[WAITING_FOR_DISK], all);
  }

  /** The share of all processors' time that was busy since an earlier reading, 0 to 1. */
  double busySince(CpuClock earlier) {
    return all == earlier.all ? 0 : (double) (busy - earlier.busy) / (all - earlier.all);
  }
}
