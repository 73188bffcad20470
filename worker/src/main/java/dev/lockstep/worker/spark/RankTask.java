package dev.lockstep.worker.spark;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Wish;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.spark.RankOutcome.Completed;
import dev.lockstep.worker.spark.RankOutcome.Failed;
import dev.lockstep.worker.training.CheckpointSink;
import dev.lockstep.worker.training.RankTraining;
import dev.lockstep.worker.training.TrainingObserver;
import dev.lockstep.worker.training.TrainingPlan;
import dev.lockstep.worker.training.TrainingResult;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.collection.Iterator$;
import scala.runtime.AbstractFunction2;

/** The body of one barrier task: a rank from its first breath to its outcome. */
public final class RankTask
    extends AbstractFunction2<Object, Iterator<Integer>, Iterator<RankOutcome>>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RankTask.class);

  private final AttemptSpec spec;

  public RankTask(AttemptSpec spec) {
    this.spec = spec;
  }

  /** Runs the rank that the rendezvous makes of the partition. */
  @Override
  public Iterator<RankOutcome> apply(Object partition, Iterator<Integer> unused) {
    return Iterator$.MODULE$.single(run((Integer) partition));
  }

  private RankOutcome run(int partition) {
    try {
      return train(partition);
    } catch (Throwable e) { // Scala throws checked exceptions that it does not declare
      LockstepException failure = LockstepException.in(e);
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      return new Failed(partition, failure.kind(), failure.getMessage(), trace.toString());
    }
  }

  private RankOutcome train(int partition) {
    TrainingPlan plan =
        new TrainingPlan(
            Json.read(spec.job(), JobConfig.class, "the job"),
            Json.read(spec.manifest(), DatasetManifest.class, "the manifest"),
            spec.dataDirectory(),
            spec.network(),
            Json.read(spec.compute(), ComputePlan.class, "the compute plan"),
            spec.start());
    Storage storage = spec.storage().open();
    DriverLink driver =
        new DriverLink(
            spec.attempt(),
            spec.endpoint(),
            plan.job().checkpoint().retryBudget(),
            System::nanoTime);
    try (Rendezvous rendezvous = new Rendezvous(spec, partition);
        ProcessGroup group = rendezvous.join(plan.lanes(), plan.job().cluster(), driver)) {
      try {
        return new Completed(group.rank(), Json.write(train(plan, storage, group, driver)));
      } catch (Throwable e) {
        group.abort(LockstepException.in(e)); // a rank that failed before it could say so itself
        throw e;
      }
    }
  }

  private TrainingResult train(
      TrainingPlan plan, Storage storage, ProcessGroup group, DriverLink driver) {
    NativeThreads.useOnePerOperation();
    TrainingObserver observer =
        group.rank() == 0 ? driver.observer(() -> group.express(Wish.STOP)) : new SilentObserver();
    try (RankTraining training = new RankTraining(plan, storage, group, System::nanoTime)) {
      List<String> kernels =
          new StartLine(group, Rendezvous.ownHost()).await(training::kernels, driver::ready);
      return training.run(observer, checkpoints(plan, storage, driver, kernels));
    }
  }

  private CheckpointSink checkpoints(
      TrainingPlan plan, Storage storage, DriverLink driver, List<String> kernels) {
    return new DriverCheckpoints(
        spec,
        storage,
        Patience.of(plan.job().checkpoint().retryBudget(), LOG::warn),
        driver,
        System::nanoTime,
        kernels);
  }
}
