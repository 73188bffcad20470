package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.CategoricalConfig;
import dev.lockstep.common.config.CategoricalConfig.Encode;
import dev.lockstep.common.config.CategoricalConfig.Unseen;
import dev.lockstep.common.config.CheckpointConfig;
import dev.lockstep.common.config.ClusterConfig;
import dev.lockstep.common.config.ColumnChoice;
import dev.lockstep.common.config.Combine;
import dev.lockstep.common.config.Compute;
import dev.lockstep.common.config.CsvConfig;
import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.DataFormat;
import dev.lockstep.common.config.GlobalBatchSize;
import dev.lockstep.common.config.GradientClipping;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.IdxConfig;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.Kernels;
import dev.lockstep.common.config.LabelConfig;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.config.NumericConfig;
import dev.lockstep.common.config.NumericConfig.Missing;
import dev.lockstep.common.config.OnDivergence;
import dev.lockstep.common.config.Optimizer;
import dev.lockstep.common.config.Scale;
import dev.lockstep.common.config.Switch;
import dev.lockstep.common.config.TrainingConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Job files for tests of preparation, as the parser would hand them over. */
final class Jobs {
  static final Holdout NONE = new Holdout.None();
  static final ColumnChoice AUTO = new ColumnChoice.Auto();
  static final CsvConfig HEADER = new CsvConfig(true, ',', true, List.of("?", ""), List.of());
  static final NumericConfig STANDARD = new NumericConfig(AUTO, Scale.STANDARD, Missing.MEAN);
  static final CategoricalConfig ONE_HOT =
      new CategoricalConfig(AUTO, Encode.ONE_HOT, Unseen.IGNORE);

  private Jobs() {}

  static LabelConfig classes(String column) {
    return new LabelConfig(column, LabelConfig.Type.CLASS, Map.of(), Scale.NONE);
  }

  static LabelConfig value(String column) {
    return new LabelConfig(column, LabelConfig.Type.VALUE, Map.of(), Scale.STANDARD);
  }

  static DataConfig csv(Path train, LabelConfig label) {
    return csv(train, NONE, NONE, label, STANDARD);
  }

  static DataConfig csv(
      Path train, Holdout test, Holdout validation, LabelConfig label, NumericConfig numeric) {
    return new DataConfig(
        DataFormat.CSV,
        train.toString(),
        test,
        validation,
        HEADER,
        new IdxConfig(Optional.empty(), Optional.empty(), Optional.empty()),
        label,
        numeric,
        ONE_HOT,
        Optional.empty());
  }

  static DataConfig idx(Path images, Holdout test, Holdout validation) {
    return new DataConfig(
        DataFormat.IDX,
        images.toString(),
        test,
        validation,
        HEADER,
        new IdxConfig(Optional.empty(), Optional.empty(), Optional.empty()),
        classes("label"),
        new NumericConfig(AUTO, Scale.MIN_MAX, Missing.MEAN),
        ONE_HOT,
        Optional.empty());
  }

  static JobConfig of(DataConfig data) {
    return of(data, TrainingConfig.Order.SHUFFLED, 42);
  }

  static JobConfig of(DataConfig data, TrainingConfig.Order order, long seed) {
    return new JobConfig(
        "test",
        data,
        new ModelConfig.Dl4j("none", "{}"),
        new TrainingConfig(
            1,
            GlobalBatchSize.of(128),
            32,
            seed,
            order,
            new Optimizer.Sgd(0.1),
            new Combine.GradientSharing(),
            TrainingConfig.LossReduction.MEAN,
            new GradientClipping.None(),
            new OnDivergence.Stop(),
            Compute.AUTO,
            Optional.empty()),
        CheckpointConfig.DEFAULT,
        new ClusterConfig(
            OptionalInt.empty(),
            1,
            2L << 30,
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            4,
            OptionalInt.empty(),
            Duration.ofMinutes(2),
            Duration.ofSeconds(30),
            Switch.AUTO,
            Switch.AUTO,
            Kernels.ALIKE));
  }
}
