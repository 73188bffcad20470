package dev.lockstep.driver.bench.scaling;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.process.TorchTraining;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.model.NativeThreads;
import dev.lockstep.worker.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What it costs that ranks are connected: the same loop, with one lane a rank and one thread a
 * rank, on ranks that exchange, on as many replicas that know nothing of each other, and on DL4J's
 * own masters.
 *
 * <p>The contenders take turns, round after round, so that a machine that slows down slows all of
 * them.
 */
public final class ScalingBenchmark implements Benchmark {
  private static final String ALONE = "one replica alone";
  private static final String UNCONNECTED = "unconnected replicas";
  private static final String SHARING = "gradient sharing";
  private static final String AVERAGING = "parameter averaging every 10";
  private static final String TORCH = "PyTorch DDP over gloo";
  private static final String IN_JVMS = ", a JVM each";

  private static final List<Comparison> COMPARISONS =
      List.of(
          new Comparison(ALONE, UNCONNECTED),
          new Comparison(UNCONNECTED, UNCONNECTED),
          new Comparison(SHARING, UNCONNECTED),
          new Comparison(AVERAGING, UNCONNECTED),
          new Comparison(UNCONNECTED + IN_JVMS, UNCONNECTED),
          new Comparison(SHARING + IN_JVMS, UNCONNECTED),
          new Comparison(SHARING + IN_JVMS, UNCONNECTED + IN_JVMS),
          new Comparison(AVERAGING + IN_JVMS, UNCONNECTED),
          new Comparison(AVERAGING + IN_JVMS, UNCONNECTED + IN_JVMS),
          new Comparison(TORCH, UNCONNECTED),
          new Comparison(SHARING, TORCH),
          new Comparison(SHARING + IN_JVMS, TORCH),
          new Comparison(Dl4jMasters.AVERAGING_EVERY_STEP, UNCONNECTED),
          new Comparison(Dl4jMasters.AVERAGING, UNCONNECTED),
          new Comparison(Dl4jMasters.SHARED_TRAINING, UNCONNECTED),
          new Comparison(SHARING, Dl4jMasters.AVERAGING_EVERY_STEP),
          new Comparison(AVERAGING, Dl4jMasters.AVERAGING),
          new Comparison(SHARING, Dl4jMasters.SHARED_TRAINING));

  private final Storage storage;
  private final StopSignal stop;

  /**
   * @param stop ends the processes that it has started
   */
  public ScalingBenchmark(Storage storage, StopSignal stop) {
    this.storage = storage;
    this.stop = stop;
  }

  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public String measures() {
    return "Samples a second of training, "
        + ScalingPlans.SAMPLES
        + " samples a lane, one lane and one thread a rank, median of the rounds; before the"
        + " first one Lockstep's cases train for 'warm-up' seconds each, the peers warm themselves;"
        + " ratio is how many times as fast as what it is held against in the same round";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/mnist-mlp.yaml");
    options.put("ranks", "2");
    options.put("rounds", "7");
    options.put("warm-up", "10");
    options.put("epochs", "4");
    options.put("optimizer", "sgd");
    options.put("baseline", "driver/target/baseline");
    options.put("baseline-minibatches", "60");
    options.put("pytorch", "../shared/peers/pytorch_ddp.py");
    options.put("python", "python3");
    options.put("peer", "mlp");
    options.put("peer-steps", "200");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    NativeThreads.useOnePerOperation();
    int rounds = setting.number("rounds");
    Duration warmUp = Duration.ofSeconds(setting.number("warm-up", 0));
    List<Contender> contenders = new ArrayList<>();
    try {
      contend(setting, contenders);
      return measure(setting, rounds, warmUp, contenders).rows(COMPARISONS);
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private void contend(Setting setting, List<Contender> contenders) {
    ScalingPlans plans = ScalingPlans.prepare(storage, setting);
    int ranks = setting.number("ranks");
    List<TrainingPlan> replicas = plans.unconnected(ranks);
    TrainingPlan sharing = plans.connected("gradient-sharing");
    TrainingPlan averaging = plans.connected("{parameter-averaging: {every: 10}}");
    contenders.add(new ReplicaThreads(ALONE, storage, plans.unconnected(1), 1));
    contenders.add(new ReplicaThreads(UNCONNECTED, storage, replicas, 1));
    contenders.add(new ReplicaThreads(SHARING, storage, List.of(sharing), ranks));
    contenders.add(new ReplicaThreads(AVERAGING, storage, List.of(averaging), ranks));
    contenders.add(ReplicaJvms.apart(UNCONNECTED + IN_JVMS, replicas, scratch(setting, 0), stop));
    contenders.add(
        ReplicaJvms.together(SHARING + IN_JVMS, sharing, ranks, scratch(setting, 1), stop));
    contenders.add(
        ReplicaJvms.together(AVERAGING + IN_JVMS, averaging, ranks, scratch(setting, 2), stop));
    TorchTraining.in(setting, stop)
        .map(torch -> peer(setting, torch, ranks))
        .ifPresent(contenders::add);
    contenders.addAll(masters(setting, ranks).contenders(storage, sharing));
  }

  private Dl4jMasters masters(Setting setting, int ranks) {
    return new Dl4jMasters(
        Path.of(setting.options().get("baseline")),
        scratch(setting, 3),
        ranks,
        setting.number("baseline-minibatches"),
        setting.progress(),
        stop);
  }

  private Contender peer(Setting setting, TorchTraining torch, int ranks) {
    return new TorchReplicas(
        TORCH,
        torch,
        setting.options().get("peer"),
        setting.options().get("optimizer"),
        ranks,
        setting.number("peer-steps"),
        setting.progress(),
        stop);
  }

  private static Path scratch(Setting setting, int index) {
    Path folder = setting.scratch().resolve("jvms-" + index);
    try {
      return Files.createDirectory(folder);
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.STORAGE, "Cannot make %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static Paces measure(
      Setting setting, int rounds, Duration warmUp, List<Contender> contenders) {
    for (Contender contender : contenders) {
      setting.progress().status("warming up: " + contender.name());
      contender.warmUp(warmUp);
    }
    Paces paces = new Paces();
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : contenders) {
        setting.progress().status("round %d: %s".formatted(round, contender.name()));
        OptionalDouble pace = contender.samplesPerSecond();
        if (pace.isPresent()) {
          paces.add(contender.name(), round, pace.getAsDouble());
        }
      }
    }
    return paces;
  }
}
