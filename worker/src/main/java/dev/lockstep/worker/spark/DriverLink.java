package dev.lockstep.worker.spark;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.training.TrainingObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import org.apache.spark.util.ThreadUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.duration.FiniteDuration;
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

  /** Beyond the time in which the driver begins to write something: for its last try. */
  private static final Duration SPARE = Duration.ofMinutes(3);

  private static final ClassTag<String> TEXT = ClassTag$.MODULE$.apply(String.class);
  private static final ClassTag<Boolean> BOOLEAN = ClassTag$.MODULE$.apply(Boolean.class);

  private final int attempt;
  private final RpcEndpointRef driver;
  private final RpcTimeout decisionTimeout;
  private final LongSupplier nanoTime;

  /**
   * A link to the driver of an attempt.
   *
   * @param endpoint name under which the driver listens
   * @param patience how long the driver may try to commit a checkpoint, or to write down that the
   *     run goes on
   */
  DriverLink(int attempt, String endpoint, Duration patience, LongSupplier nanoTime) {
    SparkEnv env = SparkEnv.get();
    this.attempt = attempt;
    this.driver = RpcUtils.makeDriverRef(endpoint, env.conf(), env.rpcEnv());
    this.decisionTimeout =
        new RpcTimeout(
            new FiniteDuration(patience.plus(SPARE).toMillis(), TimeUnit.MILLISECONDS),
            "'checkpoint.retry-budget'");
    this.nanoTime = nanoTime;
  }

  /** Some rank keeps others waiting. */
  void late(String warning) {
    LOG.warn("{}", warning);
    driver.send(new ControlMessage.Late(attempt, warning));
  }

  /** All ranks are ready to train; the answer comes once the driver has written that down. */
  DriverAnswer ready(List<RankKernels> kernels) {
    ControlMessage message = new ControlMessage.Ready(attempt, new ArrayList<>(kernels));
    return new DriverAnswer(driver.ask(message, decisionTimeout, TEXT));
  }

  /** A checkpoint waits in its staging folder; returns once the driver has decided about it. */
  CheckpointVerdict checkpointStaged(CheckpointNews news) {
    return decision(new ControlMessage.CheckpointStaged(attempt, Json.write(news)));
  }

  /** A checkpoint could not be staged; returns once the driver has decided what that means. */
  CheckpointVerdict checkpointFailed(Position position, String message) {
    return decision(
        new ControlMessage.CheckpointFailed(attempt, position.epoch(), position.step(), message));
  }

  private CheckpointVerdict decision(ControlMessage message) {
    String answer =
        DriverCall.await(
            "hear what becomes of a checkpoint",
            () -> driver.askSync(message, decisionTimeout, TEXT));
    return Json.read(answer, CheckpointVerdict.class, "the driver's answer");
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
      ControlMessage message = new ControlMessage.EpochDone(attempt, Json.write(epoch));
      var unused =
          DriverCall.await(
              "tell the driver of epoch " + epoch.epoch(), () -> driver.askSync(message, BOOLEAN));
    }

    @Override
    public void waitsForCheckpoint(Position position, Duration time) {
      driver.send(
          new ControlMessage.WaitsForCheckpoint(attempt, position.epoch(), position.step(), time));
    }
  }
}
