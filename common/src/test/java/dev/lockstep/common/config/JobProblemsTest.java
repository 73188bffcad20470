package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JobProblemsTest {
  @Test
  void reportsAllProblemsAtOnce() {
    String text =
        """
        job: no spaces please
        dat: {}
        data: {train: 7, format: cvs, label: {colum: y}, test: 1.5}
        model: {layers: [dense: {units: many}, convolution: {filters: 0}, dropout: {keep: 2}]}
        training: {epoch: 3, epochs: ten, global-batch-size: 128, microbatch-size: 48,
          optimizer: {type: sgd, momentum: 0.9}}
        cluster: {workers: 0}
        """;

    assertThat(problems(text))
        .containsExactly(
            "Cannot use job file job.yaml: 15 problems",
            "'dat' is not a known key (did you mean 'data'?)",
            "'job' is \"no spaces please\" but must be a name of letters, digits, dots, dashes and"
                + " underscores, at most 100",
            "'data.format' is \"cvs\" but must be one of csv, idx (did you mean 'csv'?)",
            "'data.train' is 7 but must be a path",
            "'data.test' is 1.5 but must be none, a fraction between 0 and 1, or a path",
            "'data.label.colum' is not a known key (did you mean 'data.label.column'?)",
            "'model.layers[0].dense.units' is \"many\" but must be a whole number >= 1",
            "'model.layers[1].convolution.filters' is 0 but must be a whole number >= 1",
            "'model.layers[1].convolution.kernel' is missing: rows and columns of a filter",
            "'model.layers[2].dropout.keep' is 2 but must be a number > 0 and <= 1",
            "'training.epoch' is not a known key (did you mean 'training.epochs'?)",
            "'training.epochs' is \"ten\" but must be a whole number >= 1",
            "'training.optimizer.momentum' is not a known key (known keys: learning-rate)",
            "'training.microbatch-size' is 48 but must divide 'training.global-batch-size' (128)",
            "'cluster.workers' is 0 but must be a whole number >= 1, or auto");
  }

  @Test
  void namesWhatIsMissing() {
    assertThat(problems("training: {}"))
        .containsExactly(
            "Cannot use job file job.yaml: 4 problems",
            "'job' is missing: name of the job",
            "'data.train' is missing: samples to train on, any Hadoop path: file, folder or glob;"
                + " `.gz` too",
            "'data.label.column' is missing: name of the column to be learned",
            "'model.layers' is missing: the layers in order (or 'model.dl4j', a DL4J document)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          training: {epochs: 0}                     | 'training.epochs' is 0 but must be a whole number >= 1
          training: {epochs: 1.5}                   | 'training.epochs' is 1.5 but must be a whole number >= 1
          training: {epochs: 3000000000}            | 'training.epochs' is 3000000000 but must be a whole number >= 1
          training: {epochs: null}                  | 'training.epochs' is empty but must be a whole number >= 1
          training: {epochs: [1]}                   | 'training.epochs' is a list but must be a whole number >= 1
          training: 7                               | 'training' is 7 but must be a map of keys and values
          training: {seed: x}                       | 'training.seed' is "x" but must be a whole number
          training: {shuffle: 1}                    | 'training.shuffle' is 1 but must be true or false
          training: {global-batch-size: most}       | 'training.global-batch-size' is "most" but must be a whole number >= 1, or all
          training: {batch-size: 3}                 | 'training.batch-size' is not a known key (did you mean 'training.global-batch-size'?)
          training: {loss-reduction: men}           | 'training.loss-reduction' is "men" but must be one of mean, sum (did you mean 'mean'?)
          training: {optimizer: adm}                | 'training.optimizer' is "adm" but must be one of sgd, nesterov, momentum, adagrad, adadelta, rmsprop, adam, amsgrad, nadam, adamax (did you mean 'adam'?)
          training: {optimizer: {type: 3}}          | 'training.optimizer.type' is 3 but must be one of sgd, nesterov, momentum, adagrad, adadelta, rmsprop, adam, amsgrad, nadam, adamax
          training: {optimizer: {learning-rate: 0}} | 'training.optimizer.learning-rate' is 0 but must be a number > 0
          training: {optimizer: {beta1: 1}}         | 'training.optimizer.beta1' is 1 but must be a number >= 0 and < 1
          training: {combine: averaging}            | 'training.combine' is "averaging" but must be one of gradient-sharing, parameter-averaging (did you mean 'parameter-averaging'?)
          training: {combine: {parameter-averaging: {every: 0}}} | 'training.combine.parameter-averaging.every' is 0 but must be a whole number >= 1
          training: {combine: {parameter-averaging: {warm-up: -1}}} | 'training.combine.parameter-averaging.warm-up' is -1 but must be a whole number >= 0
          training: {combine: {parameter-averaging: {warm-up: 1 epoch}}} | 'training.combine.parameter-averaging.warm-up' is "1 epoch" but must be a whole number >= 0
          training: {combine: {parameter-averaging: {outer-momentum: 1}}} | 'training.combine.parameter-averaging.outer-momentum' is 1 but must be a number >= 0 and < 1
          training: {combine: {parameter-averaging: {outer-momentum: -0.1}}} | 'training.combine.parameter-averaging.outer-momentum' is -0.1 but must be a number >= 0 and < 1
          training: {combine: {parameter-averaging: {momentum: 0.5}}} | 'training.combine.parameter-averaging.momentum' is not a known key (did you mean 'training.combine.parameter-averaging.outer-momentum'?)
          training: {combine: {parameter-averaging: {groups: 1, between-groups-every: 20}}} | 'training.combine.parameter-averaging.groups' is 1 but must be a whole number >= 2
          training: {combine: {parameter-averaging: {groups: 2}}} | 'training.combine.parameter-averaging.between-groups-every' is missing: 'training.combine.parameter-averaging.groups' is set, and both go together
          training: {combine: {parameter-averaging: {between-groups-every: 20}}} | 'training.combine.parameter-averaging.groups' is missing: 'training.combine.parameter-averaging.between-groups-every' is set, and both go together
          training: {combine: {parameter-averaging: {every: 5, groups: 2, between-groups-every: 12}}} | 'training.combine.parameter-averaging.between-groups-every' is 12 but must be a multiple of 'training.combine.parameter-averaging.every' (5)
          training: {combine: {parameter-averaging: {groups: 3, between-groups-every: 20}}} | 'training.combine.parameter-averaging.groups' is 3 but must divide 4, the number of lanes
          training: {combine: {gradient-sharing: {every: 3}}} | 'training.combine.gradient-sharing.every' is not a known key
          training: {gradient-clipping: {value: -1}} | 'training.gradient-clipping.value' is -1 but must be a number > 0
          training: {gradient-clipping: {value: 1, norm: 2}} | 'training.gradient-clipping' is a map but must be a map with exactly one key, one of none, value, norm
          training: {gradient-clipping: norm}       | 'training.gradient-clipping.norm' is empty but must be a number > 0
          training: {gradient-clipping: {nrm: 1}}   | 'training.gradient-clipping.nrm' is not a known key (did you mean 'training.gradient-clipping.norm'?)
          cluster: {stall-timeout: 30}              | 'cluster.stall-timeout' is 30 but must be a time such as 500 ms, 120 s, 5 min or 1 h
          cluster: {overlap: maybe}                 | 'cluster.overlap' is "maybe" but must be one of auto, on, off
          cluster: {overlap: on, shard-update: on}  | 'cluster.shard-update' is on but must not be where 'cluster.overlap' is on
          cluster: {stall-timeout: 0 s}             | 'cluster.stall-timeout' is "0 s" but must be a time such as 500 ms, 120 s, 5 min or 1 h
          cluster: {stall-warning: 2 min}           | 'cluster.stall-warning' is 120000 ms but must be less than 'cluster.stall-timeout' (120000 ms)
          cluster: {slots-timeout: 3 fortnights}    | 'cluster.slots-timeout' is "3 fortnights" but must be a time such as 500 ms, 120 s, 5 min or 1 h
          cluster: {max-attempts: 0}                | 'cluster.max-attempts' is 0 but must be a whole number >= 1
          cluster: {workers: 2, min-workers: 3}     | 'cluster.min-workers' is 3 but must be at most 'cluster.workers' (2)
          checkpoint: {every: 0 epochs}             | 'checkpoint.every' is "0 epochs" but must be an interval such as 1 epoch, 500 steps or 10 min
          checkpoint: {every: never}                | 'checkpoint.every' is "never" but must be an interval such as 1 epoch, 500 steps or 10 min
          checkpoint: {keep: 0}                     | 'checkpoint.keep' is 0 but must be a whole number >= 1
          checkpoint: {keep-every: 100 steps}       | 'checkpoint.keep-every' is "100 steps" but must be a number of epochs such as 10 epochs
          checkpoint: {keep_best: 1}                | 'checkpoint.keep_best' is not a known key (did you mean 'checkpoint.keep-best'?)
          cluster: {cores-per-worker: 0}            | 'cluster.cores-per-worker' is 0 but must be a whole number >= 1
          cluster: {memory-per-worker: 512m}        | 'cluster.memory-per-worker' is "512m" but must be a size of at least 1g, such as 1536m or 4g
          cluster: {memory-per-worker: 4}           | 'cluster.memory-per-worker' is 4 but must be a size of at least 1g, such as 1536m or 4g
          cluster: {memory-per-worker: 2 GB}        | 'cluster.memory-per-worker' is "2 GB" but must be a size of at least 1g, such as 1536m or 4g
          cluster: {workers: 5}                     | 'cluster.workers' is 5 but must be at most 4, the number of lanes ('training.global-batch-size' / 'training.microbatch-size')
          """)
  void refusesBadSettings(String section, String problem) {
    assertOnly(SmallJob.TEXT + section, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {train: a, test: 0.6, validation: 0.4, label: {column: y}} | 'data.test' and 'data.validation' are 0.6 and 0.4 but must leave something to train on (their sum must be below 1)
          {train: a, label: {column: y, scale: standard}} | 'data.label.scale' is standard but must be none where 'data.label.type' is class
          {train: a, label: {column: 3}}            | 'data.label.column' is 3 but must be text (in quotes where it looks like a number)
          {train: a, label: {column: y, rename: {a: 1}}} | 'data.label.rename.a' is 1 but must be text (in quotes where it looks like a number)
          {train: a, label: {column: y, rename: [a]}} | 'data.label.rename' is a list but must be a map from text to text
          {train: a, label: {column: y}, idx: {}}   | 'data.idx' is set but means nothing where 'data.format' is csv (take it out)
          {train: a, format: idx, label: {type: value}} | 'data.label.type' is value but must be class where 'data.format' is idx
          {train: a, format: idx, csv: {}}          | 'data.csv' is set but means nothing where 'data.format' is idx (take it out)
          {train: a, format: idx, numeric: {missing: mean}} | 'data.numeric.missing' is set but means nothing where 'data.format' is idx (take it out)
          {train: "", label: {column: y}}           | 'data.train' is "" but must be a path
          {train: a, test: "", label: {column: y}}  | 'data.test' is "" but must be none, a fraction between 0 and 1, or a path
          {train: a, test: 1, label: {column: y}}   | 'data.test' is 1 but must be none, a fraction between 0 and 1, or a path
          {train: a, label: {column: y}, csv: {separator: ",,"}} | 'data.csv.separator' is ",," but must be a single character, neither a quote nor a line break
          {train: a, label: {column: y}, csv: {header: false}} | 'data.csv.columns' is missing: names of the columns, as 'data.csv.header' is false
          {train: a, label: {column: y}, csv: {columns: [x, y]}} | 'data.csv.columns' is set but 'data.csv.header' is true (the columns have names already: take one out)
          {train: a, label: {column: y}, csv: {header: false, columns: [y, x, y]}} | 'data.csv.columns' names 'y' twice
          {train: a, label: {column: incme}, csv: {header: false, columns: [x, income]}} | 'data.label.column' names 'incme', which is not among 'data.csv.columns' (did you mean 'income'?)
          {train: a, label: {column: y}, csv: {header: false, columns: [x, y]}, numeric: {columns: [z]}} | 'data.numeric.columns' names 'z', which is not among 'data.csv.columns'
          {train: a, label: {column: y}, numeric: {columns: [y]}} | 'data.numeric.columns' names 'y', which is the label
          {train: a, label: {column: y}, numeric: {columns: [a]}, categorical: {columns: [a]}} | 'data.numeric.columns' and 'data.categorical.columns' both name 'a'
          {train: a, label: {column: y}, numeric: {columns: all}} | 'data.numeric.columns' is "all" but must be a list of column names
          {train: a, label: {column: y}, numeric: {scale: minmax}} | 'data.numeric.scale' is "minmax" but must be one of standard, min-max, none (did you mean 'min-max'?)
          """)
  void refusesBadData(String data, String problem) {
    assertOnly("job: small\nmodel: {layers: [output]}\ndata: " + data, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {layers: []}                              | 'model.layers' must end with an output
          {layers: [dense: {units: 3}]}             | 'model.layers' must end with an output
          {layers: [output, output]}                | 'model.layers[0]' is the output but only the last layer can be
          {layers: {output: {}}}                    | 'model.layers' is a map but must be a list of layers
          {layers: [dens: {units: 3}, output]}      | 'model.layers[0].dens' is not a known key (did you mean 'model.layers[0].dense'?)
          {layers: [lstm, output]}                  | 'model.layers[0]' is "lstm" but must be one of dense, convolution, subsampling, batch-norm, dropout, activation, output
          {layers: [{dense: {units: 3}, dropout: {}}, output]} | 'model.layers[0]' is a map but must be a map with exactly one key, one of dense, convolution, subsampling, batch-norm, dropout, activation, output
          {layers: [dense, output]}                 | 'model.layers[0].dense.units' is missing: number of units
          {layers: [activation: rleu, output]}      | 'model.layers[0].activation' is "rleu" but must be one of identity, relu, relu6, leaky-relu, elu, selu, gelu, swish, mish, softplus, softsign, sigmoid, hard-sigmoid, tanh, hard-tanh, softmax (did you mean 'relu'?)
          {layers: [convolution: {filters: 3, kernel: [1, 2, 3]}, output]} | 'model.layers[0].convolution.kernel' is a list but must be a whole number >= 1, or [height, width]
          {layers: [subsampling: {kernel: [2, 0]}, output]} | 'model.layers[0].subsampling.kernel' is a list but must be a whole number >= 1, or [height, width]
          {layers: [batch-norm: {decay: 1}, output]} | 'model.layers[0].batch-norm.decay' is 1 but must be a number between 0 and 1
          {layers: [output], l2: -1}                | 'model.l2' is -1 but must be a number >= 0
          {layers: [output], l2: 0.1, weight-decay: 0.1} | 'model.l2' and 'model.weight-decay' are both set but do the same in two ways (take one out)
          {layers: [output: {l2: 0.1, weight-decay: 0.1}]} | 'model.layers[0].output.l2' and 'model.layers[0].output.weight-decay' are both set but do the same in two ways (take one out)
          {layers: [output: {activation: relu}]}    | 'model.layers[0].output.activation' is relu but must be one of softmax where 'model.layers[0].output.loss' is cross-entropy
          {layers: [output: {loss: binary-cross-entropy}]} | 'model.layers[0].output.activation' is softmax but must be one of sigmoid where 'model.layers[0].output.loss' is binary-cross-entropy
          {layers: [output: {loss: poisson, activation: identity}]} | 'model.layers[0].output.activation' is identity but must be one of sigmoid, softmax, softplus where 'model.layers[0].output.loss' is poisson
          {dl4j: /no/such.json}                     | 'model.dl4j' is "/no/such.json" but must be a file that exists
          """)
  void refusesBadModels(String model, String problem) {
    assertOnly("job: small\ndata: {train: a, label: {column: y}}\nmodel: " + model, problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {activation: softmax} | 'model.layers[0].output.activation' is softmax but 'data.label.type' is value, a single number (use identity)
          {loss: cosine-proximity} | 'model.layers[0].output.loss' is cosine-proximity but 'data.label.type' is value, a single number (use mean-squared-error)
          """)
  void refusesOutputsOfClassesForAValue(String output, String problem) {
    assertOnly(
        """
        job: small
        data: {train: a, label: {column: y, type: value}}
        model: {layers: [output: %s]}
        """
            .formatted(output),
        problem);
  }

  static void assertOnly(String text, String problem) {
    assertThat(problems(text)).containsExactly("Cannot use job file job.yaml: " + problem);
  }

  static List<String> problems(String text) {
    LockstepException refusal =
        catchThrowableOfType(
            LockstepException.class,
            () -> JobFile.parse(text, "job.yaml", new Storage(Map.of()), List.of()));
    assertThat(refusal).isNotNull();
    assertThat(refusal.kind()).isEqualTo(FailureKind.CONFIG);
    return refusal.getMessage().lines().toList();
  }
}
