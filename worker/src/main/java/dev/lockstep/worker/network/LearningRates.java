package dev.lockstep.worker.network;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.UncheckedIOException;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.json.JsonMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The learning rates that the updaters in a configuration's JSON have. */
final class LearningRates {
  private static final String RATE = "learningRate";
  private static final String SCHEDULE = "learningRateSchedule";

  private final JsonMapper mapper = new JsonMapper();
  private final JsonNode document;

  LearningRates(String configuration) {
    try {
      document = mapper.readTree(configuration);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The configuration with every learning rate multiplied.
   *
   * @throws LockstepException of kind CONFIG where a schedule gives a learning rate, or there is
   *     none
   */
  String times(double factor) {
    boolean scheduled =
        document.findValues(SCHEDULE).stream().anyMatch(schedule -> !schedule.isNull());
    require(!scheduled, "a schedule gives its learning rates");
    List<JsonNode> updaters = document.findParents(RATE);
    require(!updaters.isEmpty(), "its optimizer has no learning rate");
    for (JsonNode updater : updaters) {
      ((ObjectNode) updater).put(RATE, updater.get(RATE).doubleValue() * factor);
    }
    try {
      return mapper.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot lower the learning rates of the network ('training.on-divergence'): "
              + otherwise);
    }
  }
}
