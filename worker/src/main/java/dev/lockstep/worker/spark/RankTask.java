package dev.lockstep.worker.spark;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.model.Replica;
import dev.lockstep.worker.model.TrainedState;
import dev.lockstep.worker.spark.RankOutcome.Completed;
import dev.lockstep.worker.spark.RankOutcome.Failed;
import dev.lockstep.worker.training.RankTraining;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingPlan;
import dev.lockstep.worker.training.TrainingResult;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.function.Consumer;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.runtime.AbstractFunction2;

/** The body of one barrier task: a rank from its first breath to its outcome. */
public final class RankTask
    extends AbstractFunction2<Object, Iterator<Integer>, Iterator<RankOutcome>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final AttemptSpec spec;

  public RankTask(AttemptSpec spec) {
    this.spec = spec;
  }

  /** Runs the rank whose number is that of the partition. */
  @Override
  public Iterator<RankOutcome> apply(Object partition, Iterator<Integer> unused) {
    return Iterator$.MODULE$.single(run((Integer) partition));
  }

  private RankOutcome run(int rank) {
    try {
      return new Completed(rank, Json.write(train(rank)));
    } catch (RuntimeException | Error e) {
      LockstepException failure = LockstepException.in(e);
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      return new Failed(rank, failure.kind(), failure.getMessage(), trace.toString());
    }
  }

  private TrainingResult train(int rank) {
    TrainingPlan plan =
        new TrainingPlan(
            Json.read(spec.job(), JobConfig.class, "the job"),
            Json.read(spec.manifest(), DatasetManifest.class, "the manifest"),
            spec.dataDirectory(),
            spec.network());
    Storage storage = new Storage(spec.storageSettings());
    String attempt = spec.run() + "/" + spec.attempt();
    ProcessGroup group =
        JvmGroups.join(
            attempt, rank, spec.worldSize(), plan.lanes(), plan.job().cluster().stallTimeout());
    try {
      return train(plan, storage, group);
    } catch (RuntimeException | Error e) {
      group.abort(LockstepException.in(e)); // a rank that failed before it could say so itself
      throw e;
    } finally {
      group.close();
      JvmGroups.leave(attempt);
    }
  }

  private TrainingResult train(TrainingPlan plan, Storage storage, ProcessGroup group) {
    NativeThreads.useOnePerOperation();
    try (RankTraining training = new RankTraining(plan, storage, group, System::nanoTime)) {
      return training.run(observer(group.rank()), saver(storage, group.rank()));
    }
  }

  private TrainingObserver observer(int rank) {
    return rank == 0
        ? new DriverLink(spec.attempt(), spec.endpoint(), System::nanoTime)
        : new SilentObserver();
  }

  private Consumer<Replica> saver(Storage storage, int rank) {
    return rank == 0
        ? replica -> TrainedState.write(storage, spec.stagingDirectory(), replica)
        : replica -> {};
  }
}
