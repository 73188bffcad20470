package dev.lockstep.common.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Sha256;
import java.util.Map;

/** The identity of a job: jobs of one digest train the same weights from the same data. */
public final class ConfigDigest {
  private static final JsonMapper CANONICAL =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private ConfigDigest() {}

  /**
   * SHA-256 over the job as JSON without spaces, keys in order, less what does not decide the
   * weights: the job's name, sections {@code checkpoint} and {@code cluster}, {@code data.prepared}
   * and the place where a DL4J document was found.
   */
  public static String of(JobConfig job) {
    try {
      Map<String, Object> tree = map(CANONICAL.readValue(Json.write(job), Map.class));
      tree.remove("job");
      tree.remove("checkpoint");
      tree.remove("cluster");
      map(tree.get("data")).remove("prepared");
      map(tree.get("model")).remove("path");
      return Sha256.of(CANONICAL.writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON just written can be read", e);
    }
  }

  @SuppressWarnings("unchecked") // JSON objects have text for keys
  private static Map<String, Object> map(Object node) {
    return (Map<String, Object>) node;
  }
}
