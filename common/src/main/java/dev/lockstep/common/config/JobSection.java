package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;
import dev.lockstep.common.storage.Storage;
import java.util.List;

/** The job file as a whole, and what its sections have to agree on. */
final class JobSection extends MapType<JobConfig> {
  private static final ValueType<String> NAME =
      Types.text(
          "a name of letters, digits, dots, dashes and underscores, at most 100",
          name -> name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"));

  /** Keys that a DL4J document answers by itself. */
  private static final List<String> ANSWERED_BY_DL4J =
      List.of("optimizer", "loss-reduction", "gradient-clipping");

  private final Key<String> job = required("job", NAME, "name of the job");
  private final Key<DataConfig> data =
      key("data", new DataSection(), "{}", "where the samples come from");
  private final Key<ModelConfig> model;
  private final Key<TrainingConfig> training;
  private final Key<CheckpointConfig> checkpoint;
  private final Key<ClusterConfig> cluster;

  /**
   * @param storage where a DL4J document is read from
   */
  JobSection(Storage storage) {
    model = key("model", new ModelSection(storage), "{}", "the network");
    training =
        key(
            "training",
            new TrainingSection(),
            "{}",
            "what decides the weights, beside data and model");
    checkpoint =
        key(
            "checkpoint",
            new CheckpointSection(),
            "{}",
            "how much work a fault may cost; nothing in it changes the weights");
    cluster =
        key(
            "cluster",
            new ClusterSection(),
            "{}",
            "what the job runs on; nothing in it changes the weights");
  }

  @Override
  protected void check(Values values) {
    if (values.given("/model/dl4j")) {
      ANSWERED_BY_DL4J.forEach(key -> refuseBesideDl4j(values, key));
    }
    values.both(training, cluster, (t, c) -> checkWorkers(values, t, c));
    values.both(data, model, (d, m) -> OutputForLabel.check(values, d.label(), m));
    values.both(data, model, (d, m) -> GraphInputs.checkColumns(values, d, m));
  }

  @Override
  protected JobConfig build(Values values) {
    return new JobConfig(
        values.get(job),
        values.get(data),
        OutputForLabel.complete(values, values.get(data).label(), values.get(model)),
        values.get(training),
        values.get(checkpoint),
        values.get(cluster));
  }

  private static void refuseBesideDl4j(Values values, String key) {
    if (values.given("/training/" + key)) {
      values.problem(
          "'training.%s' is set but 'model.dl4j' brings its own (change it in that document)"
              .formatted(key));
    }
  }

  private static void checkWorkers(Values values, TrainingConfig training, ClusterConfig cluster) {
    int workers = cluster.workers().orElse(1);
    if (training.globalBatchSize().kind() == GlobalBatchSize.Kind.SAMPLES
        && workers > training.lanes(0)) {
      values.problem(
          "'cluster.workers' is %d but must be at most %d, the number of lanes ("
                  .formatted(workers, training.lanes(0))
              + "'training.global-batch-size' / 'training.microbatch-size')");
    }
  }
}
