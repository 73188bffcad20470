package dev.lockstep.worker.spark;

import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.training.TrainingObserver;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.RpcUtils;
import org.apache.spark.util.ThreadUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * What a rank tells the driver over Spark's RPC. Steps are told at most every {@link #PACE} and
 * without waiting; the driver's answer says whether to go on. An epoch is told with an
 * acknowledgement, so that the driver has it before the attempt ends.
 */
final class DriverLink {
  private static final Logger LOG = LoggerFactory.getLogger(DriverLink.class);
  private static final Duration PACE = Duration.ofMillis(100);
  private static final ClassTag<Boolean> BOOLEAN = ClassTag$.MODULE$.apply(Boolean.class);

  private final int attempt;
  private final RpcEndpointRef driver;
  private final LongSupplier nanoTime;

  /**
   * A link to the driver of an attempt.
   *
   * @param endpoint name under which the driver listens
   */
  DriverLink(int attempt, String endpoint, LongSupplier nanoTime) {
    SparkEnv env = SparkEnv.get();
    this.attempt = attempt;
    this.driver = RpcUtils.makeDriverRef(endpoint, env.conf(), env.rpcEnv());
    this.nanoTime = nanoTime;
  }

  /** Some rank keeps others waiting. */
  void late(String warning) {
    LOG.warn("{}", warning);
    driver.send(new ControlMessage.Late(attempt, warning));
  }

  /**
   * The observer of rank 0, which speaks for all.
   *
   * @param stop runs on a thread of Spark's where the driver does not want the attempt to go on
   */
  TrainingObserver observer(Runnable stop) {
    return new FirstRank(stop);
  }

  private final class FirstRank implements TrainingObserver {
    private final Runnable stop;
    private long lastTold = nanoTime.getAsLong() - PACE.toNanos();

    FirstRank(Runnable stop) {
      this.stop = stop;
    }

    @Override
    public void stepDone(StepReport step) {
      long now = nanoTime.getAsLong();
      if (now - lastTold >= PACE.toNanos()) {
        lastTold = now;
        driver
            .ask(new ControlMessage.StepDone(attempt, step), BOOLEAN)
            .onComplete(
                new AbstractFunction1<Try<Boolean>, BoxedUnit>() {
                  @Override
                  public BoxedUnit apply(Try<Boolean> answer) {
                    if (answer.isSuccess() && !answer.get()) {
                      stop.run();
                    }
                    return BoxedUnit.UNIT;
                  }
                },
                ThreadUtils.sameThread());
      }
    }

    @Override
    public void epochDone(EpochReport epoch) {
      driver.askSync(new ControlMessage.EpochDone(attempt, Json.write(epoch)), BOOLEAN);
    }
  }
}
