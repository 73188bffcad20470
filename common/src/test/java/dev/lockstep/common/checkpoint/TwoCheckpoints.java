package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;

/** A run with two checkpoints, whose parameters are 1 and 2. */
record TwoCheckpoints(Path path, CommittedCheckpoint latest) {
  static final Position OLD = new Position(2, 0);
  static final Position NEW = new Position(3, 0);

  private static final Storage STORAGE = new Storage(Map.of());

  static TwoCheckpoints commit(Path path) {
    TestDriver driver = driver(path);
    driver.commit(OLD, 1);
    CommittedCheckpoint latest = driver.commit(NEW, 2);
    driver.store.tellLatest();
    return new TwoCheckpoints(path, latest);
  }

  /** Another driver of the run. */
  TestDriver driver() {
    return driver(path);
  }

  private static TestDriver driver(Path path) {
    return new TestDriver(STORAGE, path.toString(), TestDriver.KEEP_THREE);
  }

  /** A file of the latest checkpoint. */
  Path file(String name) {
    return Path.of(latest.folder(), name);
  }

  /** Turns a bit of the byte at an index, or of the last one. */
  static void flip(Path file, int index) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int position = Math.min(index, content.length - 1);
    content[position] ^= 1;
    Files.write(file, content);
  }

  static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(TestDriver driver) {
    return assertThatThrownBy(driver::restored)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE));
  }
}
