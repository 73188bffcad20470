package dev.lockstep.common.config;

import static dev.lockstep.common.config.JobProblemsTest.assertOnly;
import static dev.lockstep.common.config.JobProblemsTest.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a job whose network is a document of DL4J's. */
@Timeout(60)
class Dl4jDocumentProblemsTest {
  @Test
  void refusesSettingsThatADl4jDocumentAnswers(@TempDir Path folder) throws Exception {
    Path document = Files.writeString(folder.resolve("conf.json"), "{}");

    assertThat(
            problems(
                """
                job: small
                data: {train: a, label: {column: y}}
                model: {dl4j: %s, layers: [output], l2: 0.1}
                training: {optimizer: sgd, loss-reduction: sum}
                """
                    .formatted(document)))
        .containsExactly(
            "Cannot use job file job.yaml: 4 problems",
            "'model.layers' and 'model.dl4j' are both set (take one out)",
            "'model.l2' is set but 'model.dl4j' brings its own (change it in that document)",
            "'training.optimizer' is set but 'model.dl4j' brings its own (change it in that"
                + " document)",
            "'training.loss-reduction' is set but 'model.dl4j' brings its own (change it in that"
                + " document)");
  }

  @Test
  void refusesADl4jDocumentThatIsNotJson(@TempDir Path folder) throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\n  \"confs\": [}");
    Path list = Files.writeString(folder.resolve("list.json"), "[]");
    String job = "job: small\ndata: {train: a, label: {column: y}}\nmodel: {dl4j: %s}";

    assertOnly(
        job.formatted(broken),
        "'model.dl4j': %s is not JSON (line 2, column 14)".formatted(broken));
    assertOnly(job.formatted(list), "'model.dl4j': %s holds no JSON object".formatted(list));
  }

  @Test
  void refusesInputsThatDoNotFitTheGraph(@TempDir Path folder) throws Exception {
    Path graph =
        Files.writeString(
            folder.resolve("graph.json"), "{\"networkInputs\": [\"left\", \"right\"]}");
    Path stack = Files.writeString(folder.resolve("stack.json"), "{\"confs\": []}");
    String job =
        "job: small\ndata: {train: a, label: {column: y}, csv: {header: false, columns: [age, hours, y]}}\n"
            + "model: {dl4j: %s, inputs: %s}";

    assertThat(problems(job.formatted(graph, "{left: [agee, y], rigt: auto}")))
        .containsExactly(
            "Cannot use job file job.yaml: 2 problems",
            "'model.inputs.rigt' is not an input of %s (did you mean 'model.inputs.right'?) (its inputs: left, right)"
                .formatted(graph),
            "'model.inputs.right' is missing: the columns that this input of %s takes"
                .formatted(graph));
    assertThat(problems(job.formatted(graph, "{left: [agee, y], right: []}")))
        .containsExactly(
            "Cannot use job file job.yaml: 3 problems",
            "'model.inputs.left' names 'agee', which is not among 'data.csv.columns' (did you mean 'age'?)",
            "'model.inputs.left' names 'y', which is the label",
            "'model.inputs.right' names no column");
    assertOnly(
        job.formatted(graph, "{left: auto, right: auto}"),
        "'model.inputs' has auto more than once but only one input can take the rest");
    assertOnly(
        job.formatted(graph, "[left]"),
        "'model.inputs' must be a map from an input to auto, or a list of column names");
    assertOnly(
        job.formatted(stack, "{left: auto}"),
        "'model.inputs' is set but %s has no inputs of its own (take it out, or name a graph)"
            .formatted(stack));
    assertOnly(
        "job: small\ndata: {train: a, label: {column: y}}\nmodel: {dl4j: %s}".formatted(graph),
        "'model.inputs' is missing: the columns that each input of %s takes (its inputs: left, right)"
            .formatted(graph));
    assertOnly(
        "job: small\ndata: {train: images-idx3, format: idx}\nmodel: {dl4j: %s, inputs: {left: auto, right: [a]}}"
            .formatted(graph),
        "'model.inputs' is set but means nothing where 'data.format' is idx: every input takes the image (take it out)");
    assertOnly(
        "job: small\ndata: {train: a, label: {column: y}}\nmodel: {layers: [output], inputs: {a: auto}}",
        "'model.inputs' is set but 'model.layers' has no inputs of its own (take it out)");
  }
}
