package dev.lockstep.common.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.common.config.binding.Suggestion;
import dev.lockstep.common.config.binding.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The inputs that a graph's document names, and what {@code model.inputs} hands to them. */
final class GraphInputs {
  private static final String PATH = "model.inputs";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final ModelConfig.Dl4j document;
  private final List<String> names;

  GraphInputs(ModelConfig.Dl4j document) {
    this.document = document;
    this.names = namesIn(document.json());
  }

  /** Adds a problem for every input that the document lacks or that gets nothing. */
  void check(Values model, Map<String, ColumnChoice> columns) {
    if (names.isEmpty()) {
      model.problem(
          "'%s' is set but %s has no inputs of its own (take it out, or name a graph)"
              .formatted(PATH, document.path()));
      return;
    }
    columns.keySet().stream()
        .filter(input -> !names.contains(input))
        .forEach(input -> model.problem(unknown(input)));
    names.stream()
        .filter(name -> !columns.containsKey(name))
        .forEach(name -> model.problem(missing(name)));
    if (columns.values().stream().filter(ColumnChoice.Auto.class::isInstance).count() > 1) {
      model.problem(
          "'%s' has auto more than once but only one input can take the rest".formatted(PATH));
    }
  }

  private String unknown(String input) {
    return "'%s.%s' is not an input of %s%s (its inputs: %s)"
        .formatted(
            PATH,
            input,
            document.path(),
            Suggestion.hint(PATH + ".", input, names),
            String.join(", ", names));
  }

  private String missing(String input) {
    return "'%s.%s' is missing: the columns that this input of %s takes"
        .formatted(PATH, input, document.path());
  }

  /** Adds a problem for each contradiction between a graph's inputs and the data. */
  static void checkColumns(Values job, DataConfig data, ModelConfig model) {
    if (!(model instanceof ModelConfig.Dl4j document)) {
      return;
    }
    switch (data.format()) {
      case CSV -> {
        List<String> names = namesIn(document.json());
        if (names.size() > 1 && document.inputs().isEmpty()) {
          job.problem(
              "'%s' is missing: the columns that each input of %s takes (its inputs: %s)"
                  .formatted(PATH, document.path(), String.join(", ", names)));
        }
        document.inputs().forEach((input, choice) -> checkColumns(job, data, input, choice));
      }
      case IDX -> {
        if (!document.inputs().isEmpty()) {
          job.problem(
              "'%s' is set but means nothing where 'data.format' is idx: every input takes the"
                      .formatted(PATH)
                  + " image (take it out)");
        }
      }
    }
  }

  private static void checkColumns(Values job, DataConfig data, String input, ColumnChoice choice) {
    if (!(choice instanceof ColumnChoice.Named named)) {
      return;
    }
    String path = "%s.%s".formatted(PATH, input);
    List<String> known = data.csv().columns();
    if (named.columns().isEmpty()) {
      job.problem("'%s' names no column".formatted(path));
    }
    for (String column : named.columns()) {
      if (column.equals(data.label().column())) {
        job.problem("'%s' names '%s', which is the label".formatted(path, column));
      } else if (!known.isEmpty() && !known.contains(column)) {
        job.problem(
            "'%s' names '%s', which is not among 'data.csv.columns'%s"
                .formatted(path, column, Suggestion.hint("", column, known)));
      }
    }
  }

  /** The inputs of a graph, in order; empty for a document of another kind. */
  private static List<String> namesIn(String json) {
    try {
      List<String> names = new ArrayList<>();
      MAPPER.readTree(json).path("networkInputs").forEach(name -> names.add(name.asText()));
      return names;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document that was read as JSON is JSON", e);
    }
  }
}
