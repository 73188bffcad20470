package dev.lockstep.worker.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Wish;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.testing.Dataset;
import dev.lockstep.worker.testing.KeptCheckpoints;
import dev.lockstep.worker.testing.Networks;
import dev.lockstep.worker.testing.Ranks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A training that is interrupted or breaks off at random steps, and goes on with another number of
 * ranks each time, ends with the weights and the figures of one that nobody disturbed.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ResumeTest {
  /** Of each of eighteen jobs. */
  private static final int RESUMES = 28;

  private static final int RANKS = 5;

  private static final int EPOCHS = 3;

  /** 100 samples in 10 lanes of microbatches of 2. */
  private static final int STEPS = 5;

  @TempDir private static Path data;
  private static Dataset dataset;

  @BeforeAll
  static void write() throws IOException {
    NativeThreads.useOnePerOperation();
    dataset = Dataset.write(data, new InputShape.Vector(12), 100, 20, 1);
  }

  static Stream<Arguments> jobs() {
    return Stream.of(Networks.MLP, Networks.MLP_WITH_DROPOUT, Networks.MLP_WITH_BATCH_NORM)
        .flatMap(
            network ->
                Stream.of("sgd", "adam")
                    .flatMap(
                        optimizer ->
                            settings(network, optimizer)
                                .map(setting -> Arguments.of(network, optimizer, setting))));
  }

  /** The optimizer's state and what lanes keep of their gradients know nothing of each other. */
  private static Stream<String> settings(Networks network, String optimizer) {
    Stream<String> always =
        Stream.of("combine=gradient-sharing", "combine={parameter-averaging: {every: 2}}");
    return network == Networks.MLP || optimizer.equals("sgd")
        ? always
        : Stream.concat(
            always,
            Stream.of(
                "exchange={sparsify: {threshold: {value: 0.01}}}",
                "exchange={precision: bfloat16, sparsify: {top-k: {fraction: 0.1}}}"));
  }

  static Stream<Arguments> jobsWithLocalSteps() {
    return Stream.concat(
        jobs(),
        Stream.of(
                "{every: 2, warm-up: 7, outer-momentum: 0.5}",
                "{every: 1, groups: 5, between-groups-every: 2, outer-momentum: 0.5}")
            .map("combine={parameter-averaging: %s}"::formatted)
            .map(combine -> Arguments.of(Networks.MLP_WITH_BATCH_NORM, "adam", combine)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{every: 2, warm-up: 7, outer-momentum: 0.5} | 0",
        "{every: 2, warm-up: 7, outer-momentum: 0.5} | 1",
        "{every: 1, groups: 5, between-groups-every: 2, outer-momentum: 0.5} | 2",
      })
  void goesOnFromTheEndOfEveryPeriodWithAnotherNumberOfRanks(
      String averaging, int ahead, @TempDir Path directory) {
    JobConfig job = job("combine={parameter-averaging: %s}".formatted(averaging));
    assertThat(job.training().lanes(100)).isEqualTo(10);
    TrainingPlan plan = plan(job, Networks.MLP_WITH_BATCH_NORM, "adam");
    Outcome undisturbed =
        attempt(plan, new KeptCheckpoints(directory), 1, Fault.NONE).orElseThrow();

    for (int steps = 1; steps < EPOCHS * STEPS; steps++) {
      KeptCheckpoints checkpoints = new KeptCheckpoints(directory);
      int ranks = 1 + (steps + ahead) % RANKS;
      attempt(plan, checkpoints, ranks, new Fault(steps, true));
      int other = 1 + (steps + 2 * ahead + 2) % RANKS;
      Optional<Outcome> end = attempt(plan, checkpoints, other, Fault.NONE);

      assertThat(end).as("stopped after %d steps", steps).contains(undisturbed);
    }
  }

  @ParameterizedTest
  @MethodSource("jobsWithLocalSteps")
  void endsInTheSameBitsHoweverOftenItIsResumed(
      Networks network, String optimizer, String setting, @TempDir Path directory) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TrainingPlan plan = plan(job(setting), network, optimizer);
    Outcome undisturbed =
        attempt(plan, new KeptCheckpoints(directory), 1, Fault.NONE).orElseThrow();

    int resumes = 0;
    for (int run = 0; resumes < RESUMES; run++) {
      KeptCheckpoints checkpoints = new KeptCheckpoints(directory.resolve("run" + run));
      Optional<Outcome> end = Optional.empty();
      for (; end.isEmpty(); resumes++) {
        int ranks = 1 + random.nextInt(RANKS);
        end = attempt(plan, checkpoints, ranks, Fault.at(random));
      }
      assertThat(end.orElseThrow()).as("run %d of seed %d", run, seed).isEqualTo(undisturbed);
    }
  }

  /** What must not depend on faults. */
  private record Outcome(String parametersSha256, List<Double> losses, List<Object> validation) {}

  /** What happens after so many steps of an attempt. */
  private record Fault(int afterSteps, boolean isStop) {
    static final Fault NONE = new Fault(Integer.MAX_VALUE, false);

    static Fault at(Random random) {
      return new Fault(1 + random.nextInt(2 * STEPS), random.nextBoolean());
    }
  }

  /** Empty where the attempt did not come to the end. */
  private static Optional<Outcome> attempt(
      TrainingPlan plan, KeptCheckpoints checkpoints, int ranks, Fault fault) {
    TrainingPlan from = plan.withStart(checkpoints.start());
    try {
      String digest =
          Ranks.run(ranks, from.lanes(), group -> train(from, group, checkpoints, fault)).get(0);
      List<EpochReport> epochs = checkpoints.last().state().epochs();
      assertThat(checkpoints.last().state().position()).isEqualTo(new Position(EPOCHS + 1, 0));
      return Optional.of(
          new Outcome(
              digest,
              epochs.stream().map(EpochReport::trainLoss).toList(),
              epochs.stream().<Object>map(EpochReport::validation).toList()));
    } catch (LockstepException e) {
      assertThat(e.kind()).isIn(FailureKind.INTERRUPTED, FailureKind.GATE);
      return Optional.empty();
    }
  }

  private static String train(
      TrainingPlan plan, ProcessGroup group, KeptCheckpoints checkpoints, Fault fault) {
    try (RankTraining training =
        new RankTraining(plan, new Storage(Map.of()), group, System::nanoTime)) {
      return training
          .run(new Disturbance(group, fault, new ArrayList<>()), checkpoints)
          .parametersSha256();
    }
  }

  /** Stops the training, or breaks it off, once so many steps are done. */
  private record Disturbance(ProcessGroup group, Fault fault, List<StepReport> steps)
      implements TrainingObserver {
    @Override
    public void stepDone(StepReport step) {
      steps.add(step);
      if (group.rank() == 0 && steps.size() == fault.afterSteps()) {
        if (!fault.isStop()) {
          throw new LockstepException(FailureKind.GATE, "Broken off");
        }
        group.express(Wish.STOP);
      }
    }

    @Override
    public void epochDone(EpochReport epoch) {
      assertThat(epoch.trainLoss()).isFinite();
    }
  }

  private static TrainingPlan plan(JobConfig job, Networks network, String optimizer) {
    return LocalTraining.plan(dataset, network.with(optimizer).toJson(), job);
  }

  private static JobConfig job(String setting) {
    String text =
        """
        job: test
        data: {train: unused.csv, label: {column: label}}
        model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
        training: {epochs: %d, global-batch-size: 20, microbatch-size: 2, seed: 7}
        checkpoint: {every: 2 steps}
        """
            .formatted(EPOCHS);
    return JobFile.parse(text, "test.yaml", new Storage(Map.of()), List.of("training." + setting));
  }
}
