package dev.lockstep.worker.spark;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where ranks wait before they train: rank 0 tells the driver by which kernels all of them compute,
 * and none begins before the driver lets them.
 */
final class StartLine {
  private static final Occasion MEETING = new Occasion(0, 0, "the comparison of kernels");
  private static final Occasion WAITING = new Occasion(0, 0, "the driver's word to begin");
  private static final Duration BETWEEN_SIGNS = Duration.ofMillis(250);

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
   * @param digest computes what shows the kernels of this JVM, on its lowest rank alone
   * @param driver asks the driver, on rank 0 alone
   * @return what rank 0 writes into checkpoints; empty on all others
   * @throws LockstepException of the driver's kind where they may not, on rank 0; on the others
   *     once that one has aborted the group
   */
  List<String> await(Supplier<String> digest, Function<List<RankKernels>, Answer> driver) {
    double[] own =
        group.isFirstOfJvm()
            ? row(new RankKernels(group.rank(), host, digest.get()))
            : new double[0];
    List<RankKernels> survey =
        group.allGather(own, MEETING).stream()
            .filter(row -> row.length > 0)
            .map(StartLine::kernels)
            .toList();
    Optional<Answer> answer =
        group.rank() == 0 ? Optional.of(driver.apply(survey)) : Optional.empty();
    awaitSigns(answer);
    List<String> kernels = answer.map(Answer::get).map(StartLine::kernelsOf).orElse(List.of());
    group.barrier(WAITING); // of which none comes back where rank 0 has failed
    return kernels;
  }

  /** The others hear of rank 0 meanwhile, so that a slow driver is not taken for a slow rank. */
  private void awaitSigns(Optional<Answer> answer) {
    boolean done = false;
    while (!done) {
      double[] own = {answer.isEmpty() || answer.get().comesWithin(BETWEEN_SIGNS) ? 1 : 0};
      done = group.allGather(own, WAITING).stream().allMatch(ofRank -> ofRank[0] == 1);
    }
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
