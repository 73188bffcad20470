package dev.lockstep.worker.evaluation;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.run.Metrics;
import java.util.Optional;

/** What is summed for one kind of label behind the common entries of a row, and what follows. */
sealed interface Figures permits ClassFigures, ValueFigures {
  static Figures of(LabelSchema label) {
    if (label instanceof LabelSchema.Classes classes) {
      return new ClassFigures(classes.names().size());
    }
    LabelSchema.Value value = (LabelSchema.Value) label;
    return new ValueFigures(value.scale());
  }

  /** Metrics of an empty split. */
  static Metrics none() {
    return new Metrics(
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Entries of a row behind the common ones. */
  int length();

  void add(double[] row, float[] outputs, int units, float[] labels, int samples);

  Metrics metrics(double[] row, long samples, double loss);

  long[][] confusion(double[] row);
}
