package dev.lockstep.driver.bench.step;

import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.driver.bench.Benchmark;
import dev.lockstep.driver.bench.Row;
import dev.lockstep.driver.bench.Setting;
import dev.lockstep.driver.bench.process.TorchTraining;
import dev.lockstep.driver.resources.StopSignal;
import dev.lockstep.worker.compute.ComputeChooser;
import dev.lockstep.worker.model.NativeThreads;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a step of one replica on one thread costs: forward, backward and update of the same batch
 * again and again, by DL4J and by Lockstep's paths, beside the matrix products alone and PyTorch.
 * All take turns, round after round.
 */
public final class StepBenchmark implements Benchmark {
  private final StopSignal stop;

  /**
   * @param stop ends the processes that it has started
   */
  public StepBenchmark(StopSignal stop) {
    this.stop = stop;
  }

  @Override
  public String name() {
    return "step";
  }

  @Override
  public String measures() {
    return "Milliseconds of a training step of one replica on one thread, "
        + StepPace.SAMPLES
        + " samples, median of the rounds; x is how many times as fast as that one in the same"
        + " round, of gemm how many times as long as the matrix products alone";
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("networks", "all");
    options.put("rounds", "9");
    options.put("seconds", "1");
    options.put("pytorch", "../shared/peers/pytorch_ddp.py");
    options.put("python", "python3");
    return options;
  }

  @Override
  public List<Row> run(Setting setting) {
    NativeThreads.useOnePerOperation();
    Optional<TorchTraining> torch = TorchTraining.in(setting, stop);
    List<Row> rows = new ArrayList<>();
    for (StepCase of : StepCase.all()) {
      if (of.isOneOf(setting.options().get("networks"))) {
        rows.add(measure(of, setting, torch));
      }
    }
    return rows;
  }

  private static Row measure(StepCase of, Setting setting, Optional<TorchTraining> torch) {
    StepBatch batch = StepBatch.random(of);
    ComputePlan plan =
        ComputeChooser.choose(of.configuration().network(), batch.inputs(), batch.targets());
    StepPace own = new StepPace(of.configuration().network(), plan, batch);
    StepPace stock = new StepPace(of.configuration().network(), ComputePlan.DL4J, batch);
    StepTimes times = new StepTimes();
    double seconds = setting.number("seconds");
    for (int round = 0; round <= setting.number("rounds"); round++) {
      setting.progress().status("%s, %s: round %d".formatted(of.name(), of.optimizer(), round));
      StepTimes turn = round == 0 ? new StepTimes() : times; // the first round warms up
      turn.add(StepTimes.STOCK, stock.milliseconds(seconds));
      turn.add(StepTimes.LOCKSTEP, own.milliseconds(seconds));
      turn.add(StepTimes.UPDATE, own.updateMilliseconds());
      of.widths()
          .map(widths -> new GemmBound(StepPace.SAMPLES, widths))
          .ifPresent(gemm -> turn.add(StepTimes.GEMM, StepPace.milliseconds(seconds, gemm::run)));
      if (torch.isPresent() && of.peer().isPresent() && round > 0) {
        int iterations = Math.max(20, (int) (seconds * 1e3 / own.lastMilliseconds()));
        turn.add(
            StepTimes.TORCH,
            torch.get().pace(of.peer().get(), of.optimizer(), 1, iterations).msPerStep());
      }
    }
    return times.row(of, plan.summary());
  }
}
