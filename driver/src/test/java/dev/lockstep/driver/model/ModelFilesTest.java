package dev.lockstep.driver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.network.StackNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ModelFilesTest {
  private static final String PREPROCESSING = "{\"steps\": [\"größer\"]}\n";

  @TempDir private Path folder;

  private final Storage storage = new Storage(Map.of());
  private RunDirectory run;

  @BeforeEach
  void placeRun() {
    run = new RunDirectory(folder.resolve("run").toString());
  }

  @Test
  void writesAModelThatPlainDeeplearning4jOpens() throws IOException {
    MultiLayerNetwork network = Networks.trained(1);

    ModelFiles.write(storage, run, new StackNetwork(network), Networks.SCHEMA, PREPROCESSING);

    MultiLayerNetwork plain =
        ModelSerializer.restoreMultiLayerNetwork(run.model() + "/" + ModelFiles.NETWORK);
    assertThat(plain.output(Networks.FEATURES)).isEqualTo(network.output(Networks.FEATURES));
    assertThat(plain.getUpdater().getStateViewArray())
        .isEqualTo(network.getUpdater().getStateViewArray());
    assertThat(plain.getIterationCount()).isEqualTo(3);
  }

  @Test
  void readsBackWhatItWrote() {
    MultiLayerNetwork network = Networks.trained(1);
    ModelFiles.write(storage, run, new StackNetwork(network), Networks.SCHEMA, PREPROCESSING);

    SavedModel model = ModelFiles.read(storage, run);

    assertThat(model.schema()).isEqualTo(Networks.SCHEMA);
    assertThat(model.preprocessing()).isEqualTo(PREPROCESSING);
    MultiLayerNetwork opened = ((StackNetwork) model.network()).dl4j();
    assertThat(opened.params()).isEqualTo(network.params());
    assertThat(opened.getUpdater().getStateViewArray())
        .isEqualTo(network.getUpdater().getStateViewArray());
    assertThat(opened.output(Networks.FEATURES)).isEqualTo(network.output(Networks.FEATURES));
  }

  @Test
  void replacesAnEarlierModelAndLeavesNothingBehind() {
    ModelFiles.write(storage, run, new StackNetwork(Networks.trained(1)), Networks.SCHEMA, "{}");
    MultiLayerNetwork second = Networks.trained(2);

    ModelFiles.write(storage, run, new StackNetwork(second), Networks.SCHEMA, PREPROCESSING);

    SavedModel model = ModelFiles.read(storage, run);
    assertThat(model.network().parameters()).isEqualTo(second.params());
    assertThat(model.preprocessing()).isEqualTo(PREPROCESSING);
    assertThat(storage.names(run.staging())).isEmpty();
    assertThat(storage.names(run.model()))
        .containsExactly(ModelFiles.NETWORK, ModelFiles.PREPROCESSING, ModelFiles.SCHEMA);
  }

  @Test
  void saysWhereItFailedToWriteTheModel() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(folder.resolve("run/.staging"), "a file in the way");

    assertThatThrownBy(
            () ->
                ModelFiles.write(
                    storage,
                    run,
                    new StackNetwork(Networks.trained(1)),
                    Networks.SCHEMA,
                    PREPROCESSING))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageStartingWith("Cannot write " + run.staging() + "/model-");
    assertThat(storage.exists(run.model())).isFalse();
  }

  @Test
  void saysThatTheRunHasNoModel() {
    assertThatThrownBy(() -> ModelFiles.read(storage, run))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(
            "Cannot use run %s: no model in %s/model (train it: that makes a lost model anew, too)",
            run.root(), run.root());
  }

  @Test
  void namesTheModelFileThatIsDamaged() throws IOException {
    ModelFiles.write(
        storage, run, new StackNetwork(Networks.trained(1)), Networks.SCHEMA, PREPROCESSING);
    Files.writeString(folder.resolve("run/model/model.zip"), "not a model");

    assertThatThrownBy(() -> ModelFiles.read(storage, run))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessage(
            "Cannot open %s/model/model.zip: it has no entry 'configuration.json' (train it again: that makes the model anew)",
            run.root());
  }
}
