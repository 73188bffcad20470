package dev.lockstep.worker.spark;

import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.training.TrainingObserver;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.RpcUtils;
import scala.reflect.ClassTag$;

/**
 * Tells the driver how rank 0 gets on. Steps are told at most every {@link #PACE} and without
 * waiting; an epoch is told with an acknowledgement, so that the driver has it before the attempt
 * ends.
 */
final class DriverLink implements TrainingObserver {
  private static final Duration PACE = Duration.ofMillis(100);

  private final int attempt;
  private final RpcEndpointRef driver;
  private final LongSupplier nanoTime;
  private long lastTold;

  /**
   * @param endpoint name under which the driver listens
   */
  DriverLink(int attempt, String endpoint, LongSupplier nanoTime) {
    SparkEnv env = SparkEnv.get();
    this.attempt = attempt;
    this.driver = RpcUtils.makeDriverRef(endpoint, env.conf(), env.rpcEnv());
    this.nanoTime = nanoTime;
    this.lastTold = nanoTime.getAsLong() - PACE.toNanos();
  }

  @Override
  public void stepDone(StepReport step) {
    long now = nanoTime.getAsLong();
    if (now - lastTold >= PACE.toNanos()) {
      lastTold = now;
      driver.send(new ControlMessage.StepDone(attempt, step));
    }
  }

  @Override
  public void epochDone(EpochReport epoch) {
    driver.askSync(
        new ControlMessage.EpochDone(attempt, Json.write(epoch)),
        ClassTag$.MODULE$.apply(Boolean.class));
  }
}
