package dev.lockstep.driver.training;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.spark.CheckpointNews;
import dev.lockstep.worker.spark.CheckpointVerdict;
import dev.lockstep.worker.spark.ControlMessage;
import dev.lockstep.worker.spark.StartVerdict;
import dev.lockstep.worker.training.TrainingObserver;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Where ranks reach the driver over Spark's RPC. Messages of another attempt than the living one
 * are refused.
 */
final class AttemptEndpoint implements ThreadSafeRpcEndpoint, AutoCloseable {
  private final RpcEnv rpcEnv = SparkEnv.get().rpcEnv();
  private final int attempt;
  private final TrainingObserver observer;
  private final Consumer<String> lateness;
  private final AttemptStart start;
  private final CheckpointKeeper keeper;
  private final StopSignal stop;
  private final RpcEndpointRef reference;
  private volatile boolean closed;

  /**
   * Begins to listen.
   *
   * @param name under which the ranks look for it
   * @param lateness takes sentences about ranks that keep others waiting
   * @param start lets the ranks begin
   * @param keeper commits checkpoints
   * @param stop rank 0 is told of it when it next reports
   */
  AttemptEndpoint(
      String name,
      int attempt,
      TrainingObserver observer,
      Consumer<String> lateness,
      AttemptStart start,
      CheckpointKeeper keeper,
      StopSignal stop) {
    this.attempt = attempt;
    this.observer = observer;
    this.lateness = lateness;
    this.start = start;
    this.keeper = keeper;
    this.stop = stop;
    this.reference = rpcEnv.setupEndpoint(name, this);
  }

  @Override
  public RpcEnv rpcEnv() {
    return rpcEnv;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receive() {
    return new Handler() {
      @Override
      void handle(ControlMessage message) {
        if (closed) {
          return;
        }
        if (message instanceof ControlMessage.Late late && late.attempt() == attempt) {
          lateness.accept(late.warning());
        } else if (message instanceof ControlMessage.WaitsForCheckpoint waits
            && waits.attempt() == attempt) {
          observer.waitsForCheckpoint(new Position(waits.epoch(), waits.step()), waits.time());
        }
      }
    };
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
    return new Handler() {
      @Override
      void handle(ControlMessage message) {
        if (message instanceof ControlMessage.Ready ready) {
          decide(ready, context);
        } else if (message instanceof ControlMessage.CheckpointStaged staged) {
          decide(staged, context);
        } else if (message instanceof ControlMessage.CheckpointFailed failed) {
          decide(failed, context);
        } else {
          context.reply(answer(message));
        }
      }
    };
  }

  private void decide(ControlMessage.Ready message, RpcCallContext context) {
    if (message.attempt() == attempt) {
      start.ready(message.kernels(), this::obstacle, verdict -> context.reply(Json.write(verdict)));
    } else {
      context.reply(
          Json.write(StartVerdict.end(FailureKind.CLUSTER, olderAttempt(message.attempt()))));
    }
  }

  /** What speaks against a beginning. */
  private Optional<LockstepException> obstacle() {
    if (stop.requested()) {
      return Optional.of(
          new LockstepException(FailureKind.INTERRUPTED, "Stopped before the training began"));
    }
    return closed ? Optional.of(AttemptStart.over()) : Optional.empty();
  }

  private void decide(ControlMessage.CheckpointStaged message, RpcCallContext context) {
    if (message.attempt() == attempt) {
      CheckpointNews news =
          Json.read(message.news(), CheckpointNews.class, "the news of a checkpoint");
      keeper.staged(news, () -> !closed, verdict -> context.reply(Json.write(verdict)));
    } else {
      context.reply(Json.write(older(message.attempt())));
    }
  }

  private void decide(ControlMessage.CheckpointFailed message, RpcCallContext context) {
    if (message.attempt() == attempt) {
      keeper.failed(
          new Position(message.epoch(), message.step()),
          message.message(),
          verdict -> context.reply(Json.write(verdict)));
    } else {
      context.reply(Json.write(older(message.attempt())));
    }
  }

  private CheckpointVerdict older(int other) {
    return CheckpointVerdict.end(FailureKind.CLUSTER, olderAttempt(other));
  }

  private String olderAttempt(int other) {
    return "Cannot go on with attempt %d: attempt %d is under way".formatted(other, attempt);
  }

  /** Whether the rank shall go on. */
  private boolean answer(ControlMessage message) {
    if (message instanceof ControlMessage.StepDone done && done.attempt() == attempt) {
      observer.stepDone(done.step());
      return !stop.requested();
    }
    if (message instanceof ControlMessage.EpochDone done && done.attempt() == attempt) {
      observer.epochDone(Json.read(done.epoch(), EpochReport.class, "an epoch's report"));
      return true;
    }
    return false;
  }

  /** What is still waiting in the inbox is answered, but commits nothing. */
  @Override
  public void close() {
    closed = true;
    rpcEnv.stop(reference);
  }

  /** Scala's form of a function that is defined for control messages only. */
  private abstract static class Handler extends AbstractPartialFunction<Object, BoxedUnit> {
    abstract void handle(ControlMessage message);

    @Override
    public boolean isDefinedAt(Object message) {
      return message instanceof ControlMessage;
    }

    @Override
    public BoxedUnit apply(Object message) {
      handle((ControlMessage) message);
      return BoxedUnit.UNIT;
    }
  }
}
