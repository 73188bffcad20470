package dev.lockstep.worker.model;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.failure.Count;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.evaluation.EvaluationSums;

/** How many output units a label asks for. */
final class LabelFit {
  private LabelFit() {}

  /**
   * A unit for each class, or one for a value.
   *
   * @throws LockstepException of kind DATA where there are too few classes to train on, of kind
   *     CONFIG where there are too many to evaluate: before training, not after its first epoch
   */
  static int units(LabelSchema label) {
    if (!(label instanceof LabelSchema.Classes classes)) {
      return 1;
    }
    if (classes.names().size() < 2) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot learn '%s': all training rows are of one class, %s (give rows of another)"
              .formatted(classes.column(), classes.names()));
    }
    if (classes.names().size() > EvaluationSums.MAX_CLASSES) {
      throw misfit(
          classes.column(),
          "it has %s but at most %d can be evaluated (set 'data.label.type' to value for a number)"
              .formatted(classCount(classes), EvaluationSums.MAX_CLASSES));
    }
    return classes.names().size();
  }

  /**
   * Refuses a network whose output is not what the label asks for.
   *
   * @param output the output in words
   */
  static void check(String output, long units, LabelSchema label) {
    int wanted = units(label);
    boolean oneOfTwo = label instanceof LabelSchema.Classes && wanted == 2 && units == 1;
    if (units != wanted && !oneOfTwo) {
      String has = "%s has %s but ".formatted(output, Count.of(units, "unit"));
      throw label instanceof LabelSchema.Classes classes
          ? misfit(classes.column(), has + "the label has " + classCount(classes))
          : misfit(((LabelSchema.Value) label).column(), has + "the label is a single value");
    }
  }

  private static String classCount(LabelSchema.Classes classes) {
    int count = classes.names().size();
    return "%d class%s".formatted(count, count == 1 ? "" : "es");
  }

  private static LockstepException misfit(String column, String reason) {
    return new LockstepException(
        FailureKind.CONFIG, "Cannot train 'model' on label '%s': %s".formatted(column, reason));
  }
}
