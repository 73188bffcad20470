package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.LabelConfig;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** Fits the label on the training part: its classes, or how its value is scaled. */
record LabelFitting(LabelConfig label) {

  LabelSchema fit(DistinctTexts classes, NumberStatistics values) {
    return switch (label.type()) {
      case CLASS -> classes(classes);
      case VALUE -> {
        ShiftAndScale scaling = ShiftAndScale.of(label.scale(), values, label.column());
        yield new LabelSchema.Value(label.column(), scaling.shift(), scaling.scale());
      }
    };
  }

  LabelSchema.Classes classes(DistinctTexts classes) {
    if (classes.exceeded()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot learn classes from '%s': it has more than %d different values; set %s"
              .formatted(
                  label.column(), DistinctTexts.LIMIT, "'data.label.type' to 'value' for numbers"));
    }
    return new LabelSchema.Classes(label.column(), ClassNames.inOrder(classes.inOrder()));
  }
}
