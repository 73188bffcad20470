package dev.lockstep.driver.training;

import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.spark.ControlMessage;
import dev.lockstep.worker.training.TrainingObserver;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Where rank 0 reaches the driver over Spark's RPC. Messages of another attempt than the living one
 * are refused.
 */
final class AttemptEndpoint implements ThreadSafeRpcEndpoint, AutoCloseable {
  private final RpcEnv rpcEnv = SparkEnv.get().rpcEnv();
  private final int attempt;
  private final TrainingObserver observer;
  private final RpcEndpointRef reference;

  /**
   * @param name under which the ranks look for it
   */
  AttemptEndpoint(String name, int attempt, TrainingObserver observer) {
    this.attempt = attempt;
    this.observer = observer;
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
        if (message instanceof ControlMessage.StepDone done && done.attempt() == attempt) {
          observer.stepDone(done.step());
        }
      }
    };
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
    return new Handler() {
      @Override
      void handle(ControlMessage message) {
        boolean accepted =
            message instanceof ControlMessage.EpochDone done && done.attempt() == attempt;
        if (accepted) {
          String epoch = ((ControlMessage.EpochDone) message).epoch();
          observer.epochDone(Json.read(epoch, EpochReport.class, "an epoch's report"));
        }
        context.reply(accepted);
      }
    };
  }

  @Override
  public void close() {
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
