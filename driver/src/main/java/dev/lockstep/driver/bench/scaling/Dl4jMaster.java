package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.JvmProcesses;
import dev.lockstep.driver.resources.StopSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Training with a master of DL4J, in a JVM of its own for each measurement: the transport of one of
 * them keeps a core busy between trainings, which would slow the others down.
 *
 * <p>The fastest of a few passes over the samples counts, the first ones being cold. A pass that
 * does not end in time ends its JVM, since the threads of DL4J's shared training lock each other
 * out now and then while they start; a new JVM begins where not two passes have ended.
 */
final class Dl4jMaster implements Contender {
  private static final int PASSES = 3;
  private static final int FEWEST_PASSES = 2;
  private static final int TRIES = 4;

  private final String name;
  private final JvmLaunch launch;
  private final int samples;
  private final Progress progress;
  private final StopSignal stop;

  /**
   * @param launch of a JVM that answers each message with {@link Pass}
   * @param samples of one training
   */
  Dl4jMaster(String name, JvmLaunch launch, int samples, Progress progress, StopSignal stop) {
    this.name = name;
    this.launch = launch;
    this.samples = samples;
    this.progress = progress;
    this.stop = stop;
  }

  /** What one pass over the samples took. */
  record Pass(double seconds) {}

  @Override
  public String name() {
    return name;
  }

  /** Does nothing: a measurement begins with the warming of its JVM. */
  @Override
  public void warmUp(Duration least) {}

  @Override
  public OptionalDouble samplesPerSecond() {
    for (int i = 0; i < TRIES; i++) {
      List<Double> seconds = passes();
      if (seconds.size() >= FEWEST_PASSES) {
        return OptionalDouble.of(samples / Collections.min(seconds));
      }
    }
    return OptionalDouble.empty();
  }

  /** Seconds of the passes that ended. */
  private List<Double> passes() {
    List<Double> seconds = new ArrayList<>();
    try (JvmProcesses jvm = JvmProcesses.start(launch, 1, stop)) {
      for (int i = 0; i < PASSES; i++) {
        seconds.add(jvm.askAll(Map.of(), Pass.class).get(0).seconds());
      }
    } catch (LockstepException e) {
      if (stop.requested() || e.kind() == FailureKind.INTERRUPTED) {
        throw e;
      }
      progress.line(
          "%s: gave up after %d passes (%s)".formatted(name, seconds.size(), e.getMessage()));
    }
    return seconds;
  }
}
