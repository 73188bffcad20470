package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.training.TrainingPlan;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** DL4J's own masters as contenders, where the program that runs them has been built. */
final class Dl4jMasters {
  static final String AVERAGING_EVERY_STEP = "DL4J parameter averaging every step";
  static final String AVERAGING = "DL4J parameter averaging every 10";
  static final String SHARED_TRAINING = "DL4J shared training";

  private static final String MAIN = "dev.lockstep.baseline.BaselineMain";
  private static final Duration LEAST_DEADLINE = Duration.ofSeconds(60);

  /** Of a minibatch, four times what averaging every step takes on two cores with 500 of them. */
  private static final Duration LONG = Duration.ofSeconds(1);

  /** Of a minibatch, many times what shared training takes, which may hang. */
  private static final Duration SHORT = Duration.ofMillis(200);

  /**
   * The second option lets shared training start: DL4J has Aeron wait longer for a client than
   * Aeron's default lets it.
   */
  private static final List<String> OPTIONS =
      List.of("-Xmx4g", "-Daeron.publication.unblock.timeout=40000000000");

  private final Path built;
  private final Path scratch;
  private final int workers;
  private final int minibatches;
  private final Progress progress;
  private final StopSignal stop;

  /**
   * @param built folder that the build of the baseline fills
   * @param scratch an empty folder
   * @param minibatches of a pass over the samples, all workers together; see {@link #whole}
   */
  Dl4jMasters(
      Path built, Path scratch, int workers, int minibatches, Progress progress, StopSignal stop) {
    this.built = built;
    this.scratch = scratch;
    this.workers = workers;
    this.minibatches = whole(minibatches, workers);
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * The contenders, or none and a line that says why.
   *
   * @param plan of a single replica on all samples
   */
  List<Contender> contenders(Storage storage, TrainingPlan plan) {
    if (!Files.isReadable(built.resolve("classpath.txt"))) {
      return without("%s is not built (scripts/bench builds it, see above)".formatted(built));
    }
    if (plan.manifest().train().samples() < ScalingPlans.SAMPLES) {
      return without("fewer than %d samples".formatted(ScalingPlans.SAMPLES));
    }
    Dl4jInput.write(storage, plan, minibatches, scratch);
    return List.of(
        contender(AVERAGING_EVERY_STEP, "parameter-averaging:1", LONG),
        contender(AVERAGING, "parameter-averaging:10", LONG),
        contender(SHARED_TRAINING, "shared-training", SHORT));
  }

  /**
   * The multiple of ten a worker that is next below a number of minibatches, or the least one: what
   * is left over after that, parameter averaging every ten would leave out without a word.
   */
  static int whole(int minibatches, int workers) {
    int unit = 10 * workers;
    return Math.max(unit, minibatches / unit * unit);
  }

  private List<Contender> without(String why) {
    progress.line("Without DL4J's own masters: " + why);
    return List.of();
  }

  private Contender contender(String name, String master, Duration ofMinibatch) {
    List<String> arguments =
        List.of(scratch.toString(), master, workers + "", ScalingPlans.SAMPLES + "");
    Duration ofAll = ofMinibatch.multipliedBy(minibatches);
    Duration deadline = ofAll.compareTo(LEAST_DEADLINE) > 0 ? ofAll : LEAST_DEADLINE;
    JvmLaunch launch = new JvmLaunch(classPath(), MAIN, arguments, OPTIONS, scratch, deadline);
    return new Dl4jMaster(name, launch, minibatches * ScalingPlans.SAMPLES, progress, stop);
  }

  private String classPath() {
    Path list = built.resolve("classpath.txt");
    try {
      return built.resolve("classes") + File.pathSeparator + Files.readString(list).strip();
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.STORAGE, "Cannot read %s: %s".formatted(list, e.getMessage()), e);
    }
  }
}
