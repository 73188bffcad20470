package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.testing.FaultPlan;
import dev.lockstep.common.testing.FaultPlan.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run is taken back to the start of an epoch once, whoever does it and whatever goes wrong. */
@Timeout(60)
class RollbackTest {
  private static final Retention RETENTION = new Retention(2, 0, OptionalInt.empty(), 1);
  private static final Position EPOCH_START = new Position(3, 0);

  @TempDir private Path folder;

  @Test
  void goesBackToTheLatestStartOfAnEpochHoweverManyCameSince() {
    TestDriver driver = driver();
    driver.commit(new Position(2, 0), 1);
    driver.commit(EPOCH_START, 2);
    for (int step = 1; step <= 4; step++) {
      driver.commit(new Position(3, step), 2 + step);
    }

    driver.store.rollBack();

    assertThat(driver.restored()).contains(2f);
    assertThat(driver.store.list()).hasSize(1);
    assertThat(driver.store.rollbacksTo(driver.store.epochStart())).isEqualTo(1);
    assertThat(driver.storage.names(driver.run.checkpoints())).hasSize(1);
    driver.store.tellLatest();
    assertThat(driver.storage.readText(driver.run.latest())).startsWith("r00000003-00000000-");
  }

  @Test
  void beginsAnewWhereNoEpochHasEnded() {
    TestDriver driver = driver();
    driver.commit(new Position(1, 5), 1);
    driver.store.tellLatest();

    driver.store.rollBack();
    driver.store.tellLatest();

    assertThat(driver.restored()).isEmpty();
    assertThat(driver.store.epochStart()).isEmpty();
    assertThat(driver.store.rollbacksTo(Optional.empty())).isEqualTo(1);
    assertThat(new CheckpointCatalog(driver.storage, driver.run).isEmpty(event -> {})).isFalse();
    assertThat(driver.storage.exists(driver.run.latest())).isFalse();
    driver.commit(new Position(1, 5), 2);
    assertThat(driver.restored()).contains(2f);
  }

  @Test
  void isKnownToTheNextDriver() {
    TestDriver first = driver();
    first.commit(EPOCH_START, 1);
    first.commit(new Position(3, 1), 2);
    first.store.rollBack();
    first.store.rollBack();

    TestDriver next = driver();

    assertThat(next.store.rollbacksTo(next.store.epochStart())).isEqualTo(2);
    assertThat(next.restored()).contains(1f);
  }

  @Test
  void isRefusedToADriverThatWasOvertaken() {
    TestDriver first = driver();
    first.commit(EPOCH_START, 1);
    TestDriver next = driver();

    assertThatThrownBy(first.store::rollBack)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED));
    assertThat(next.store.rollbacksTo(next.store.epochStart())).isZero();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void isDoneOrNotDoneWhateverOperationGoesWrong(Mode mode) throws IOException {
    try (FaultPlan plan = FaultPlan.create()) {
      plan.failWith(() -> new IOException("injected"));
      Storage storage = new Storage(plan.settings());
      int operations = rollBack(storage, plan, mode, 0);
      assertThat(operations).isGreaterThan(5);
      for (int k = 1; k <= operations; k++) {
        rollBack(storage, plan, mode, k);
      }
    }
  }

  /** Operations of a rollback; the k-th of them goes wrong. */
  private int rollBack(Storage storage, FaultPlan plan, Mode mode, int k) {
    String root = "faulty://" + folder.resolve("%s-%d".formatted(mode, k));
    TestDriver first = new TestDriver(storage, root, RETENTION);
    first.commit(EPOCH_START, 1);
    first.commit(new Position(3, 1), 2);
    plan.breakOperation(k, mode);
    boolean told = isTold(first);
    int operations = plan.operations().size();
    plan.heal();

    TestDriver next = new TestDriver(storage, root, RETENTION);
    next.store.collectOrphans();

    float restored = next.restored().orElseThrow();
    String where = "%s of operation %d".formatted(mode, k);
    assertThat(next.store.rollbacksTo(next.store.epochStart()))
        .as(where)
        .isEqualTo(restored == 1 ? 1 : 0);
    if (told) {
      assertThat(restored).as(where).isEqualTo(1);
    }
    assertThat(storage.names(next.run.checkpoints())).as(where).hasSize(restored == 1 ? 1 : 2);
    return operations;
  }

  private static boolean isTold(TestDriver driver) {
    try {
      driver.store.rollBack();
      return true;
    } catch (LockstepException expected) {
      return false;
    }
  }

  private TestDriver driver() {
    return new TestDriver(new Storage(Map.of()), folder.resolve("run").toString(), RETENTION);
  }
}
