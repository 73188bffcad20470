package dev.lockstep.worker.spark;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Signs;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where ranks wait before they train: rank 0 tells the driver by which kernels all of them compute,
 * and none begins before the driver lets them.
 */
final class StartLine {
  private static final Occasion MEETING = new Occasion(0, 0, "the comparison of kernels");
  private static final Occasion WAITING = new Occasion(0, 0, "the driver's word to begin");

  private final ProcessGroup group;
  private final String host;

  /** The driver's answer, which may take a while. */
  interface Answer {
    boolean comesWithin(Duration time);

    StartVerdict get();
  }

  /**
   * @param host of this rank
   */
  StartLine(ProcessGroup group, String host) {
    this.group = group;
    this.host = host;
  }

  /**
   * Waits, with all ranks of the group, until they may begin.
   *
   * @param digest computes what shows the kernels of this JVM; on all its ranks, which then take as
   *     long as each other, though they have the same
   * @param driver asks the driver, on rank 0 alone
   * @return what rank 0 writes into checkpoints; empty on all others
   * @throws LockstepException of the driver's kind where they may not, once the group is aborted
   */
  List<String> await(Supplier<String> digest, Function<List<RankKernels>, Answer> driver) {
    try {
      RankKernels own = new RankKernels(group.rank(), host, digest.get());
      double[] brought = group.isFirstOfJvm() ? row(own) : new double[0];
      List<RankKernels> all =
          group.allGather(brought, MEETING).stream()
              .filter(row -> row.length > 0)
              .map(StartLine::kernels)
              .toList();
      List<String> kernels = group.rank() == 0 ? heard(driver.apply(all)) : awaitFirst();
      group.barrier(WAITING); // of which none comes back where rank 0 has failed
      return kernels;
    } catch (RuntimeException | Error e) {
      group.abort(LockstepException.in(e)); // at once: what the rank has open may take its time
      throw e;
    }
  }

  private List<String> heard(Answer answer) {
    Signs.await(group, answer::comesWithin, WAITING);
    return kernelsOf(answer.get());
  }

  private List<String> awaitFirst() {
    Signs.await(group, time -> true, WAITING);
    return List.of();
  }

  private static List<String> kernelsOf(StartVerdict verdict) {
    if (verdict.end().isPresent()) {
      throw new LockstepException(verdict.end().get(), verdict.message());
    }
    return verdict.kernels();
  }

  /** Ranks give each other figures alone: the characters of a text. */
  private static double[] row(RankKernels kernels) {
    return Json.write(kernels).chars().asDoubleStream().toArray();
  }

  private static RankKernels kernels(double[] row) {
    StringBuilder text = new StringBuilder();
    for (double character : row) {
      text.append((char) character);
    }
    return Json.read(text.toString(), RankKernels.class, "the kernels of a rank");
  }
}
