package dev.lockstep.driver.predict;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.worker.evaluation.PredictedClass;
import java.util.ArrayList;
import java.util.List;

/** What a network's outputs for one row mean in the words of the label. */
sealed interface Outcome {
  static Outcome of(LabelSchema label) {
    return label instanceof LabelSchema.Classes classes
        ? new OfClass(classes)
        : new OfValue((LabelSchema.Value) label);
  }

  /** The cells of the prediction's columns, in their order. */
  List<Object> cells(float[] outputs, int offset, int units);

  /** How many cells there are. */
  int size();

  /** The class that the outputs speak for, and the output of each class. */
  record OfClass(LabelSchema.Classes label) implements Outcome {
    @Override
    public List<Object> cells(float[] outputs, int offset, int units) {
      List<Object> cells = new ArrayList<>();
      cells.add(label.names().get(PredictedClass.of(outputs, offset, units)));
      if (units == 1) {
        cells.add(1 - outputs[offset]);
      }
      for (int unit = 0; unit < units; unit++) {
        cells.add(outputs[offset + unit]);
      }
      return cells;
    }

    @Override
    public int size() {
      return 1 + label.names().size();
    }
  }

  /** The value in the label's own unit. */
  record OfValue(LabelSchema.Value label) implements Outcome {
    @Override
    public List<Object> cells(float[] outputs, int offset, int units) {
      return List.of(outputs[offset] * label.scale() + label.shift());
    }

    @Override
    public int size() {
      return 1;
    }
  }
}
