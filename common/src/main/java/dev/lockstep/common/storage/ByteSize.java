package dev.lockstep.common.storage;

import java.util.Optional;
import org.apache.hadoop.util.StringUtils.TraditionalBinaryPrefix;

/** Numbers of bytes as people write them: {@code 512m} or {@code 4g}, in powers of 1,024. */
public final class ByteSize {
  private ByteSize() {}

  /** The bytes that a text stands for; empty where it is no size above zero. */
  public static Optional<Long> parse(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TraditionalBinaryPrefix.string2long(text)).filter(bytes -> bytes > 0);
    } catch (IllegalArgumentException e) { // a NumberFormatException is one
      return Optional.empty();
    }
  }
}
