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
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int MOST_MINIBATCHES = 60;

  /**
   * The second option lets shared training start: DL4J has Aeron wait longer for a client than
   * Aeron's default lets it.
   */
  private static final List<String> OPTIONS =
      List.of("-Xmx4g", "-Daeron.publication.unblock.timeout=40000000000");

  private final Path built;
  private final Path scratch;
  private final int workers;
  private final Progress progress;
  private final StopSignal stop;

  /**
   * @param built folder that the build of the baseline fills
   * @param scratch an empty folder
   */
  Dl4jMasters(Path built, Path scratch, int workers, Progress progress, StopSignal stop) {
    this.built = built;
    this.scratch = scratch;
    this.workers = workers;
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
    int minibatches = minibatches(plan.manifest().train().samples(), workers);
    if (minibatches == 0) {
      return without("fewer than %d samples".formatted(10 * workers * ScalingPlans.SAMPLES));
    }
    Dl4jInput.write(storage, plan, minibatches, scratch);
    return List.of(
        contender(AVERAGING_EVERY_STEP, "parameter-averaging:1", minibatches),
        contender(AVERAGING, "parameter-averaging:10", minibatches),
        contender(SHARED_TRAINING, "shared-training", minibatches));
  }

  /**
   * At most 60, and a multiple of ten a worker: what is left over after that, parameter averaging
   * every ten would leave out without a word.
   */
  static int minibatches(long samples, int workers) {
    int unit = 10 * workers;
    int most = Math.max(MOST_MINIBATCHES, unit);
    return (int) Math.min(most, samples / ScalingPlans.SAMPLES) / unit * unit;
  }

  private List<Contender> without(String why) {
    progress.line("Without DL4J's own masters: " + why);
    return List.of();
  }

  private Contender contender(String name, String master, int minibatches) {
    List<String> arguments =
        List.of(scratch.toString(), master, workers + "", ScalingPlans.SAMPLES + "");
    JvmLaunch launch = new JvmLaunch(classPath(), MAIN, arguments, OPTIONS, scratch, DEADLINE);
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
