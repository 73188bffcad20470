package dev.lockstep.common.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Sha256;
import java.util.List;
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
    return digest(withEpochs(job));
  }

  /**
   * The digest of a job whatever its number of epochs: jobs that share it go through the same
   * weights, one perhaps farther than the other.
   */
  public static String ofPath(JobConfig job) {
    return digest(tree(job));
  }

  /** What decides the path of a job's weights, as {@link #ofPath} sees it. */
  public static ObjectNode tree(JobConfig job) {
    ObjectNode tree = withEpochs(job);
    tree.withObject("/training").remove("epochs");
    return tree;
  }

  private static ObjectNode withEpochs(JobConfig job) {
    try {
      ObjectNode tree = (ObjectNode) CANONICAL.readTree(Json.write(job));
      tree.remove(List.of("job", "cluster", "checkpoint"));
      tree.withObject("/data").remove("prepared");
      tree.withObject("/model").remove("path");
      return tree;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON just written can be read", e);
    }
  }

  private static String digest(ObjectNode tree) {
    try {
      return Sha256.of(CANONICAL.writeValueAsString(CANONICAL.treeToValue(tree, Map.class)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON just read can be written", e);
    }
  }
}
