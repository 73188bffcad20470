package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.testing.FaultPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One run, one owner: whoever claimed it last. */
@Timeout(120)
class DriverEpochTest {
  private static final int ROUNDS = 50;

  @TempDir private Path folder;
  private final Storage storage = new Storage(Map.of());

  @Test
  void countsTheDriversOfARun() {
    RunDirectory run = run("run");

    assertThat(claim(run, "a").number()).isEqualTo(1);
    assertThat(claim(run, "b").number()).isEqualTo(2);
    assertThat(storage.names(run.lease())).containsExactly("E00000001.json", "E00000002.json");
  }

  @Test
  void namesTheDriverThatTookTheRunOver() {
    RunDirectory run = run("run");
    DriverEpoch first = claim(run, "first");
    first.require();
    claim(run, "second").require();

    assertThatThrownBy(first::require)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessage(
            "Cannot go on with the run in %s: another driver (application second, process 17 on"
                + " host-1, started at 2026-01-01T00:00:00Z) took it over",
            run.root());
  }

  @Test
  void failsWhereTheRunIsDeletedUnderneath() {
    RunDirectory run = run("run");
    DriverEpoch epoch = claim(run, "a");
    storage.delete(run.root());

    assertThatThrownBy(epoch::require)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageContaining("is gone (was the run deleted?)");
  }

  /** F13 */
  @Test
  void fencesAPausedDriverAtItsNextPublish() {
    String root = run("run").root();
    TestDriver paused = new TestDriver(storage, root, TestDriver.KEEP_THREE);
    paused.commit(new Position(2, 0), 1);
    Staged staged = paused.stage(new Position(3, 0), 2);
    TestDriver second = new TestDriver(storage, root, TestDriver.KEEP_THREE);

    assertThatThrownBy(() -> paused.store.commit(staged, Optional.empty()))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessageContaining("took it over");
    assertThat(second.restored()).contains(1f);
    second.commit(new Position(3, 0), 3);
    assertThat(second.restored()).contains(3f);
  }

  /** F13: even where it is paused after it has looked at the claims. */
  @Test
  void fencesAPausedDriverAtThePointOfCommit() {
    String root = run("run").root();
    TestDriver paused = new TestDriver(storage, root, TestDriver.KEEP_THREE);
    CommitLog log = new CommitLog(storage, paused.run, paused.epoch, paused.events::add);
    log.refresh();
    new TestDriver(storage, root, TestDriver.KEEP_THREE);

    assertThatThrownBy(
            () ->
                log.append(
                    "late",
                    history ->
                        new LogEntry.Checkpoint(
                            "late", "0", Position.START, Optional.empty(), List.of())))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED));
  }

  /** F12: a driver that is slow between its claim and its takeover, whether it reads or appends. */
  @Test
  void fencesADriverThatIsOvertakenBeforeItsTakeover() {
    String root = run("run").root();
    RunDirectory run = new RunDirectory(root);
    DriverEpoch slow = claim(run, "slow");
    CommitLog early = new CommitLog(storage, run, slow, event -> {});
    early.refresh();
    TestDriver second = new TestDriver(storage, root, TestDriver.KEEP_THREE);

    for (CommitLog log : List.of(early, new CommitLog(storage, run, slow, event -> {}))) {
      assertThatThrownBy(log::takeOver)
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED));
    }
    assertThat(storage.names(run.log())).containsExactly("00000001.json");
    assertThat(second.commit(new Position(2, 0), 1).number()).isEqualTo(2);
  }

  /** F12 */
  @ParameterizedTest
  @ValueSource(strings = {"file", "faulty"})
  void leavesOneHistoryWhereTwoDriversRace(String scheme) throws Exception {
    try (FaultPlan plan = FaultPlan.create()) {
      Storage shared = new Storage(plan.settings());
      ExecutorService threads = Executors.newFixedThreadPool(2);
      for (int round = 0; round < ROUNDS; round++) {
        String root = scheme + "://" + folder.resolve(scheme + round);
        CyclicBarrier start = new CyclicBarrier(2);
        List<Future<Boolean>> drivers = new ArrayList<>();
        for (int driver = 0; driver < 2; driver++) {
          drivers.add(threads.submit(() -> drive(shared, root, start)));
        }
        int winners = 0;
        for (Future<Boolean> driver : drivers) {
          winners += driver.get() ? 1 : 0;
        }
        assertThat(winners).as("round %d", round).isBetween(1, 2);
        assertOneHistory(shared, new RunDirectory(root));
      }
      threads.shutdown();
    }
  }

  /** Commits three checkpoints; false where another driver took the run over. */
  private static boolean drive(Storage storage, String root, CyclicBarrier start) throws Exception {
    start.await();
    try {
      TestDriver driver = new TestDriver(storage, root, TestDriver.KEEP_ONE);
      for (int epoch = 2; epoch < 5; epoch++) {
        driver.commit(new Position(epoch, 0), driver.epoch.number());
      }
      driver.store.collectOrphans();
      return true;
    } catch (LockstepException e) {
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(FailureKind.FENCED);
      return false;
    }
  }

  private static void assertOneHistory(Storage storage, RunDirectory run) {
    LogHistory history = new LogReader(storage, run).read(LogHistory.EMPTY, event -> {});
    assertThat(history.isWhole()).isTrue();
    List<Integer> epochs =
        history.entries().values().stream()
            .map(entry -> entry.orElseThrow().driverEpoch())
            .toList();
    assertThat(epochs).isSorted();
    TestDriver next = new TestDriver(storage, run.root(), TestDriver.KEEP_ONE);
    int last = epochs.get(epochs.size() - 1);
    assertThat(next.restored()).contains((float) last);
    assertThat(next.store.list()).hasSize(1);
    next.store.collectOrphans();
    assertThat(storage.names(run.checkpoints())).hasSize(1);
    assertThat(storage.names(run.staging())).isEmpty();
  }

  private DriverEpoch claim(RunDirectory run, String application) {
    return DriverEpoch.claim(storage, run, TestDriver.identity(application));
  }

  private RunDirectory run(String name) {
    return new RunDirectory(folder.resolve(name).toString());
  }
}
