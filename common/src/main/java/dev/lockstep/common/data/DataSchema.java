package dev.lockstep.common.data;

import java.util.List;

/**
 * What one prepared sample consists of.
 *
 * @param element how a feature is stored
 * @param input shape of the features
 * @param features names of the elements in order, where they have names
 */
public record DataSchema(
    ElementType element,
    InputShape input,
    List<String> features,
    LabelSchema label,
    ElementScaling scaling) {
  public DataSchema {
    features = List.copyOf(features);
  }
}
