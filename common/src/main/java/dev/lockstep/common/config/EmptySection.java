package dev.lockstep.common.config;

import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.Values;

/** A choice about which nothing more can be said. */
final class EmptySection<T> extends MapType<T> {
  private final T value;

  EmptySection(T value) {
    this.value = value;
  }

  @Override
  public String description() {
    return "nothing";
  }

  @Override
  protected T build(Values values) {
    return value;
  }
}
