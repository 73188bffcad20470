package dev.lockstep.driver.evaluation;

import dev.lockstep.common.run.Metrics;
import java.util.List;

/**
 * What an evaluation found, as {@code evaluate --json} prints it.
 *
 * @param data what was evaluated
 * @param classes names of the classes, in the order of the confusion matrix; none for a regression
 * @param confusion samples by true class (outer) and predicted class (inner)
 * @param skipped rows that could not be evaluated
 * @param problems of the first of those, with file and text
 */
public record EvaluationResult(
    String run,
    String data,
    Metrics metrics,
    List<String> classes,
    List<List<Long>> confusion,
    long skipped,
    List<String> problems) {
  public EvaluationResult {
    classes = List.copyOf(classes);
    confusion = List.copyOf(confusion);
    problems = List.copyOf(problems);
  }

  /** The result for people: a figure a line, then the confusion matrix. */
  public String text() {
    return EvaluationText.of(this);
  }
}
