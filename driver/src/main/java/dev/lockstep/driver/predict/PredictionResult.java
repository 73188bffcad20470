package dev.lockstep.driver.predict;

import dev.lockstep.common.failure.Count;
import java.util.List;

/**
 * What a prediction did.
 *
 * @param output the folder that was written, fully qualified
 * @param rows of the input, each of which is in the output
 * @param notPredicted rows without a prediction
 * @param problems of the first of those, with file and text
 */
public record PredictionResult(String output, long rows, long notPredicted, List<String> problems) {
  public PredictionResult {
    problems = List.copyOf(problems);
  }

  /** The result in a sentence or two. */
  public String text() {
    String missing =
        notPredicted == 0
            ? ""
            : " (%,d without a prediction, see the column 'problem')".formatted(notPredicted);
    return "Wrote %s%s to %s%n".formatted(Count.of(rows, "row"), missing, output);
  }
}
