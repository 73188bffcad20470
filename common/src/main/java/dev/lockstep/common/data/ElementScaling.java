package dev.lockstep.common.data;

/**
 * What a reader does to each stored element before the network sees it: {@code stored * factor +
 * offset} in float arithmetic. Shards of floats are scaled when they are written and carry {@link
 * #NONE}.
 */
public record ElementScaling(float factor, float offset) {
  public static final ElementScaling NONE = new ElementScaling(1f, 0f);

  public float apply(float stored) {
    return stored * factor + offset;
  }
}
