package dev.lockstep.driver.cli;

import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.Benchmarks;
import dev.lockstep.driver.bench.PrepareBenchmark;
import dev.lockstep.driver.bench.compression.CompressionBenchmark;
import dev.lockstep.driver.bench.exchange.AllReduceBenchmark;
import dev.lockstep.driver.bench.exchange.NetworkBenchmark;
import dev.lockstep.driver.bench.overlap.OverlapBenchmark;
import dev.lockstep.driver.bench.recovery.CheckpointBenchmark;
import dev.lockstep.driver.bench.scaling.ScalingBenchmark;
import dev.lockstep.driver.bench.step.StepBenchmark;
import java.util.List;

/** The commands of the program, in the order of its help. */
final class Commands {
  private Commands() {}

  static List<Object> of(CommandContext context) {
    return List.of(
        new PrepareCommand(context),
        new TrainCommand(context),
        new EvaluateCommand(context),
        new PredictCommand(context),
        new CheckpointsCommand(context),
        new ExportCommand(context),
        bench(context));
  }

  private static BenchCommand bench(CommandContext context) {
    Storage storage = context.storage();
    Benchmarks benchmarks =
        new Benchmarks(
            List.of(
                new PrepareBenchmark(storage),
                new StepBenchmark(context.stop()),
                new ScalingBenchmark(storage, context.stop()),
                new OverlapBenchmark(storage, context.stop()),
                new AllReduceBenchmark(context.stop()),
                new NetworkBenchmark(context.stop()),
                new CompressionBenchmark(storage),
                new CheckpointBenchmark(storage, context.stop())),
            context.clock());
    return new BenchCommand(context.console(), storage, benchmarks, "bench-results");
  }
}
