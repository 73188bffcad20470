package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JobOverrideTest {
  private static final String JOB =
      """
      job: small
      data: {train: rows.csv, test: 0.2, label: {column: y}}
      model:
        layers:
          - dense: {units: 4}
          - output
      training: {epochs: 5, optimizer: {type: adam, beta1: 0.5}}
      """;

  @Test
  void replacesAndAddsValues() {
    JobConfig job =
        read("training.epochs=3", "data.validation=0.1", "cluster.workers=2", "data.test=none");

    assertThat(job.training().epochs()).isEqualTo(3);
    assertThat(job.data().validation()).isEqualTo(new Holdout.Fraction(0.1));
    assertThat(job.data().test()).isEqualTo(new Holdout.None());
    assertThat(job.cluster().workers()).isEqualTo(OptionalInt.of(2));
  }

  @Test
  void replacesAMapAsAWhole() {
    assertThat(read("training.combine={parameter-averaging: {every: 5}}").training().combine())
        .isEqualTo(new Combine.ParameterAveraging(5, 0, 0, Optional.empty()));
    assertThat(read("training.optimizer={type: sgd, learning-rate: 0.5}").training().optimizer())
        .isEqualTo(new Optimizer.Sgd(0.5));
    assertThat(read("training.optimizer=sgd").training().optimizer())
        .isEqualTo(new Optimizer.Sgd(0.001));
  }

  @Test
  void changesOneKeyOfAMap() {
    assertThat(read("training.optimizer.beta2=0.9").training().optimizer())
        .isEqualTo(new Optimizer.Adam(0.001, 0.5, 0.9, 1e-8));
  }

  @Test
  void reachesIntoLists() {
    ModelConfig.Layers model = (ModelConfig.Layers) read("model.layers[0].dense.units=7").model();

    assertThat(((LayerSpec.Dense) model.layers().get(0)).units()).isEqualTo(7);
  }

  @Test
  void takesOutAKeyThatIsSetToNull() {
    assertThat(read("training.epochs=null").training().epochs()).isEqualTo(10);
  }

  @Test
  void letsTheLastOneWin() {
    assertThat(read("training.epochs=3", "training.epochs=4").training().epochs()).isEqualTo(4);
  }

  @Test
  void keepsEqualSignsInValues() {
    assertThat(read("data.train=a=b.csv").data().train()).isEqualTo("a=b.csv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          training.epochs           | Cannot apply option --set training.epochs: it must be KEY=VALUE, such as training.epochs=3
          training.epochs=          | Cannot apply option --set training.epochs=: its value is empty (null takes the key out)
          =3                        | Cannot apply option --set =3: it must be KEY=VALUE, such as training.epochs=3
          training..epochs=3        | Cannot apply option --set training..epochs=3: the key 'training..epochs' has an empty part
          job.name=3                | Cannot apply option --set job.name=3: 'job' is not a map of keys
          data[0]=3                 | Cannot apply option --set data[0]=3: 'data' is not a list
          model.layers[2]=output    | Cannot apply option --set model.layers[2]=output: '[2]' is not an element of a list of 2
          model.layers.dense=3      | Cannot apply option --set model.layers.dense=3: 'dense' is not an element of a list of 2
          training.epoch=3          | Cannot use job file job.yaml: 'training.epoch' is not a known key (did you mean 'training.epochs'?)
          training.epochs=[         | Cannot apply option --set training.epochs=[: Cannot read its value: while parsing a flow node: expected the node content, but found '<stream end>' at line 1, column 2
          """)
  void refusesOptionsThatCannotBeApplied(String option, String problem) {
    assertThatThrownBy(() -> read(option))
        .isInstanceOf(LockstepException.class)
        .hasMessage(problem);
  }

  private static JobConfig read(String... overrides) {
    return JobFile.parse(JOB, "job.yaml", new Storage(Map.of()), List.of(overrides));
  }
}
