package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is to be learned.
 *
 * @param column name of the label's column; {@code label} for images
 * @param rename values of the column that stand for another value; in alphabetical order, so that
 *     equal jobs are written alike
 * @param scale how a label of type {@code value} is scaled for the network; metrics and predictions
 *     stay in the label's own unit
 */
public record LabelConfig(String column, Type type, Map<String, String> rename, Scale scale) {
  public LabelConfig {
    rename = Collections.unmodifiableMap(new TreeMap<>(rename));
  }

  /** Classification or regression. */
  public enum Type {
    @JsonProperty("class")
    CLASS,
    @JsonProperty("value")
    VALUE
  }
}
