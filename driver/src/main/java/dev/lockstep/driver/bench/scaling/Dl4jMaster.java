package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.JvmProcesses;
import dev.lockstep.driver.resources.StopSignal;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Training with a master of DL4J, in a JVM of its own for each measurement: the transport of one of
 * them keeps a core busy between trainings, which would slow the others down.
 *
 * <p>A training that does not end in time is given up and tried again in a new JVM, since the
 * threads of DL4J's shared training lock each other out now and then while they start.
 */
final class Dl4jMaster implements Contender {
  private static final int WARM_UPS = 2;
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
  public void warmUp() {}

  @Override
  public OptionalDouble samplesPerSecond() {
    for (int i = 0; i < TRIES; i++) {
      try (JvmProcesses jvm = JvmProcesses.start(launch, 1, stop)) {
        for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
          pass(jvm);
        }
        return OptionalDouble.of(samples / pass(jvm).seconds());
      } catch (LockstepException e) {
        if (stop.requested() || e.kind() == FailureKind.INTERRUPTED) {
          throw e;
        }
        progress.line("%s: gave up a training (%s)".formatted(name, e.getMessage()));
      }
    }
    return OptionalDouble.empty();
  }

  private static Pass pass(JvmProcesses jvm) {
    return jvm.askAll(Map.of(), Pass.class).get(0);
  }
}
