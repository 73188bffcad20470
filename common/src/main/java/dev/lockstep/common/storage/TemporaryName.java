package dev.lockstep.common.storage;

import java.util.UUID;
import org.apache.hadoop.fs.Path;

/** Names for files on their way: hidden, beside their target, and never the same twice. */
final class TemporaryName {
  private TemporaryName() {}

  static Path beside(Path target) {
    return new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
  }
}
