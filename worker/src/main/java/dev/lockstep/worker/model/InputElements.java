package dev.lockstep.worker.model;

import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which elements of a sample each input of a network takes.
 *
 * @param ofInputs for each input in order, indices of elements in the order of the sample
 */
public record InputElements(List<List<Integer>> ofInputs) implements Serializable {
  private static final long serialVersionUID = 1L;

  public InputElements {
    ofInputs = ofInputs.stream().map(List::copyOf).toList();
  }

  /**
   * What a job hands to the inputs of its network: to each the columns that {@code model.inputs}
   * names, or else the whole sample.
   *
   * @param inputs names of the network's inputs in order
   * @throws LockstepException of kind CONFIG where the job hands a column to no input, names one
   *     that the data lack, or says nothing about several inputs of a table
   */
  public static InputElements of(ModelConfig model, DataSchema schema, List<String> inputs) {
    if (model instanceof ModelConfig.Dl4j document && !document.inputs().isEmpty()) {
      return new ColumnsForInputs(document.inputs(), schema.features()).elements(inputs);
    }
    if (inputs.size() > 1 && schema.input() instanceof InputShape.Vector) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use 'model.dl4j': it has the inputs %s (say in 'model.inputs' which columns each takes)"
              .formatted(String.join(", ", inputs)));
    }
    List<Integer> all = IntStream.range(0, schema.input().size()).boxed().toList();
    return new InputElements(Collections.nCopies(inputs.size(), all));
  }
}
