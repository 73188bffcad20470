package dev.lockstep.worker.model;

import dev.lockstep.common.config.ColumnChoice;
import dev.lockstep.common.config.binding.Suggestion;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The columns of {@code model.inputs} in terms of elements. A column of numbers is one element of
 * its name; a column of categories may be several, {@code column=category}.
 */
final class ColumnsForInputs {
  private final Map<String, ColumnChoice> choices;
  private final List<String> features;
  private final Set<Integer> named = new HashSet<>();

  /**
   * @param features names of the elements in order
   */
  ColumnsForInputs(Map<String, ColumnChoice> choices, List<String> features) {
    this.choices = choices;
    this.features = features;
    choices.forEach(
        (input, choice) -> {
          if (choice instanceof ColumnChoice.Named columns) {
            named.addAll(elements(input, columns));
          }
        });
  }

  InputElements elements(List<String> inputs) {
    if (!choices.keySet().equals(new HashSet<>(inputs))) {
      throw refused(
          "it names the inputs %s, but 'model.dl4j' has %s"
              .formatted(String.join(", ", choices.keySet()), String.join(", ", inputs)));
    }
    List<List<Integer>> ofInputs = new ArrayList<>();
    inputs.forEach(input -> ofInputs.add(elements(input)));
    requireAll(ofInputs);
    return new InputElements(ofInputs);
  }

  private List<Integer> elements(String input) {
    if (choices.get(input) instanceof ColumnChoice.Named columns) {
      return elements(input, columns);
    }
    List<Integer> rest =
        IntStream.range(0, features.size()).filter(i -> !named.contains(i)).boxed().toList();
    if (rest.isEmpty()) {
      throw refused("the other inputs leave no column to '%s' (take out auto)".formatted(input));
    }
    return rest;
  }

  private List<Integer> elements(String input, ColumnChoice.Named columns) {
    Set<Integer> elements = new TreeSet<>();
    for (String column : columns.columns()) {
      List<Integer> ofColumn = elementsOf(column);
      if (ofColumn.isEmpty()) {
        throw refused(
            "'%s' names '%s', which is no feature%s"
                .formatted(input, column, Suggestion.hint("", column, columns())));
      }
      elements.addAll(ofColumn);
    }
    return List.copyOf(elements);
  }

  private List<Integer> elementsOf(String column) {
    int alone = features.indexOf(column);
    return alone >= 0
        ? List.of(alone)
        : IntStream.range(0, features.size())
            .filter(i -> features.get(i).startsWith(column + "="))
            .boxed()
            .toList();
  }

  private void requireAll(List<List<Integer>> ofInputs) {
    Set<Integer> taken = new HashSet<>();
    ofInputs.forEach(taken::addAll);
    for (int i = 0; i < features.size(); i++) {
      if (!taken.contains(i)) {
        throw refused(
            "no input takes '%s' (add it to one, say auto for the rest, or leave it out of 'data')"
                .formatted(columnOf(features.get(i))));
      }
    }
  }

  private List<String> columns() {
    return features.stream().map(ColumnsForInputs::columnOf).distinct().toList();
  }

  private static String columnOf(String feature) {
    int end = feature.indexOf('=');
    return end < 0 ? feature : feature.substring(0, end);
  }

  private static LockstepException refused(String reason) {
    return new LockstepException(
        FailureKind.CONFIG, "Cannot use 'model.inputs': %s".formatted(reason));
  }
}
