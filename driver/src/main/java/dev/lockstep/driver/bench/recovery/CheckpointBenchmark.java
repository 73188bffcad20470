package dev.lockstep.driver.bench.recovery;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.Spread;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.JvmProcesses;
import dev.lockstep.driver.bench.recovery.CheckpointWorker.Order;
import dev.lockstep.driver.bench.recovery.CheckpointWorker.Pace;
import dev.lockstep.driver.resources.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What checkpoints cost: whole runs with them and without, in turn, now the one first and now the
 * other, so that a machine that slows down or a JVM that still grows faster favours neither; in
 * several JVMs one after the other, since each compiles and lays out its memory in its own way.
 */
public final class CheckpointBenchmark implements Benchmark {
  private static final String NEVER = "1000000 epochs";
  private static final Duration DEADLINE = Duration.ofMinutes(30);

  private final Storage storage;
  private final StopSignal stop;

  /**
   * @param stop ends the JVM that is at work
   */
  public CheckpointBenchmark(Storage storage, StopSignal stop) {
    this.storage = storage;
    this.stop = stop;
  }

  /** Two runs of one JVM, one after the other. */
  private record Round(Pace without, Pace with) {
    double ratio() {
      return with.seconds() / without.seconds();
    }
  }

  @Override
  public String name() {
    return "checkpoints";
  }

  @Override
  public String measures() {
    return "Seconds of training, the steps of all epochs and all that the training waited for"
        + " checkpoints, with them and without in turn; ratio is with to without of the same round,"
        + " exposed what the training stood still for a checkpoint";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/mnist-mlp.yaml");
    options.put("folder", "");
    options.put("every", "100 steps");
    options.put("workers", "2");
    options.put("epochs", "14");
    options.put("rounds", "8");
    options.put("processes", "5");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    String given = setting.options().get("folder");
    String folder =
        (given.isEmpty() ? setting.scratch().toString() : given) + "/bench-" + UUID.randomUUID();
    try {
      return rows(setting, measure(setting, storage.qualify(folder)));
    } finally {
      storage.delete(folder);
    }
  }

  private List<List<Round>> measure(Setting setting, String folder) {
    List<List<Round>> processes = new ArrayList<>();
    for (int process = 1; process <= setting.number("processes"); process++) {
      Path own = folderOf(setting, process);
      List<String> options = List.of("-Djava.io.tmpdir=" + own);
      JvmLaunch launch = new JvmLaunch(CheckpointWorker.class, options, own, DEADLINE);
      try (JvmProcesses jvm = JvmProcesses.start(launch, 1, stop)) {
        processes.add(rounds(jvm, setting, folder, process));
      }
    }
    return processes;
  }

  /** A process is killed, so what it leaves has to lie where all is deleted. */
  private static Path folderOf(Setting setting, int process) {
    try {
      return Files.createDirectory(setting.scratch().resolve("process-" + process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Round> rounds(JvmProcesses jvm, Setting setting, String folder, int process) {
    String every = setting.options().get("every");
    train(jvm, setting, folder, NEVER);
    train(jvm, setting, folder, every);
    List<Round> rounds = new ArrayList<>();
    for (int round = 1; round <= setting.number("rounds"); round++) {
      setting.progress().status("process %d, round %d".formatted(process, round));
      if (round % 2 == 1) {
        Pace without = train(jvm, setting, folder, NEVER);
        rounds.add(new Round(without, train(jvm, setting, folder, every)));
      } else {
        Pace with = train(jvm, setting, folder, every);
        rounds.add(new Round(train(jvm, setting, folder, NEVER), with));
      }
      requireSame(rounds.get(round - 1));
    }
    return rounds;
  }

  private static Pace train(JvmProcesses jvm, Setting setting, String folder, String every) {
    int workers = setting.number("workers");
    Order order =
        new Order(
            "local[%d]".formatted(workers),
            setting.options().get("job"),
            List.of(
                "data.prepared=" + folder + "/data",
                "training.epochs=" + setting.number("epochs"),
                "cluster.workers=" + workers,
                "checkpoint.every=" + every),
            folder + "/run");
    return jvm.askAll(order, Pace.class).get(0);
  }

  private static void requireSame(Round round) {
    if (!round.without().parametersSha256().equals(round.with().parametersSha256())) {
      throw new LockstepException(
          FailureKind.INTERNAL, "Checkpoints have changed the parameters of a run");
    }
  }

  /** All rounds together, then those of each process. */
  private static List<Row> rows(Setting setting, List<List<Round>> processes) {
    String every = "every " + setting.options().get("every");
    List<Round> all = processes.stream().flatMap(List::stream).toList();
    List<Row> rows = new ArrayList<>();
    rows.add(row("without", all.stream().map(Round::without).toList(), List.of(1.0)));
    rows.add(with(every, all));
    for (int process = 0; process < processes.size(); process++) {
      rows.add(with("%s, process %d".formatted(every, process + 1), processes.get(process)));
    }
    return rows;
  }

  private static Row with(String name, List<Round> rounds) {
    return row(
        name,
        rounds.stream().map(Round::with).toList(),
        rounds.stream().map(Round::ratio).toList());
  }

  private static Row row(String name, List<Pace> runs, List<Double> ratios) {
    Spread seconds = Spread.of(runs.stream().map(Pace::seconds).toList());
    Spread ratio = Spread.of(ratios);
    return Row.of("checkpoints", name)
        .and("taken", runs.get(0).taken() - 1)
        .and("exposed ms", Spread.of(runs.stream().map(Pace::exposedMillis).toList()).median())
        .and("seconds", seconds.median())
        .and("fastest", seconds.least())
        .and("slowest", seconds.greatest())
        .and("ratio", ratio.median())
        .and("least ratio", ratio.least())
        .and("greatest ratio", ratio.greatest());
  }
}
