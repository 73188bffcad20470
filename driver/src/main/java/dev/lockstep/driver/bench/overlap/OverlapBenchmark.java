package dev.lockstep.driver.bench.overlap;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.Spread;
import dev.lockstep.driver.bench.exchange.HostNetwork;
import dev.lockstep.driver.bench.scaling.ScalingPlans;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.training.TrainingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** How much of the exchange between hosts goes on beside the backward pass, and what it saves. */
public final class OverlapBenchmark implements Benchmark {
  private final Storage storage;
  private final StopSignal stop;

  /**
   * @param stop ends the processes that it has started
   */
  public OverlapBenchmark(Storage storage, StopSignal stop) {
    this.storage = storage;
    this.stop = stop;
  }

  @Override
  public String name() {
    return "overlap";
  }

  @Override
  public String measures() {
    return "Milliseconds of a mean step of gradient sharing between hosts that are network"
        + " namespaces of this machine (root only), with overlap and without, in turn; hideable is"
        + " the lesser of the exchange without overlap and of the backward pass left when the first"
        + " bucket is complete, hidden share what of it the exchange ran beside compute, saved share"
        + " what of it the ranks wait less; all are medians of the rounds";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("job", "conf/mnist-mlp.yaml");
    options.put("ranks", "4");
    options.put("gigabits", "1");
    options.put("rounds", "7");
    options.put("epochs", "4");
    options.put("optimizer", "sgd");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    ScalingPlans plans = ScalingPlans.prepare(storage, setting);
    List<Row> rows = new ArrayList<>();
    for (int gigabits : setting.numbers("gigabits", 1)) {
      try (HostNetwork network = HostNetwork.build(setting.number("ranks"), gigabits);
          OverlapJvms jvms = new OverlapJvms(network.hosts(), setting.scratch(), stop)) {
        Row head = Row.of("hosts", setting.number("ranks")).and("link Gbit/s", gigabits);
        rows.add(row(head, measure(setting, plans, jvms)));
      }
    }
    return rows;
  }

  /** One round: a training without overlap, one with it, and passes by themselves. */
  private record Round(StepTimes without, StepTimes with, PassTimes alone) {
    double hideable() {
      return Math.min(without.exposed(), alone.left());
    }

    double hiddenShare() {
      return Math.min(1, with.hidden() / hideable());
    }

    double savedShare() {
      return (without.exposed() - with.exposed()) / hideable();
    }

    double speedup() {
      return without.step() / with.step();
    }
  }

  private static List<Round> measure(Setting setting, ScalingPlans plans, OverlapJvms jvms) {
    TrainingPlan without = plans.sharing("off");
    TrainingPlan with = plans.sharing("on");
    List<Round> rounds = new ArrayList<>();
    for (int number = 0; number <= setting.number("rounds"); number++) {
      setting.progress().status("round " + number);
      Round round = new Round(jvms.train(without), jvms.train(with), jvms.pass(with));
      if (number > 0) { // the first round warms the JVMs
        rounds.add(round);
      }
    }
    return rounds;
  }

  private static Row row(Row head, List<Round> rounds) {
    return head.and("step ms", median(rounds, round -> round.without().step()))
        .and("exchange ms", median(rounds, round -> round.without().exposed()))
        .and("overlapped step ms", median(rounds, round -> round.with().step()))
        .and("exposed ms", median(rounds, round -> round.with().exposed()))
        .and("hidden ms", median(rounds, round -> round.with().hidden()))
        .and("hideable ms", median(rounds, Round::hideable))
        .and("hidden share", median(rounds, Round::hiddenShare))
        .and("saved share", median(rounds, Round::savedShare))
        .and("times as fast", median(rounds, Round::speedup));
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
    return Spread.of(rounds.stream().mapToDouble(figure).boxed().toList()).median();
  }
}
