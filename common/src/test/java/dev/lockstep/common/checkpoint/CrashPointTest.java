package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.testing.FaultPlan;
import dev.lockstep.common.testing.FaultPlan.Mode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * F10: whatever operation of a commit goes wrong, and however, a restore finds the old state or the
 * new one, and the next driver cleans up.
 */
@Timeout(120)
class CrashPointTest {
  private static final Position OLD = new Position(2, 0);
  private static final Position NEW = new Position(2, 5);
  private static final Position NEXT = new Position(3, 0);

  @TempDir private Path folder;

  /** After a crash everything fails, so that it does not matter what with. */
  static Stream<Arguments> faults() {
    return Stream.of("faulty", "object")
        .flatMap(
            scheme ->
                Stream.concat(
                    Arrays.stream(Mode.values()).map(m -> Arguments.of(scheme, m, "for good")),
                    Stream.of(Mode.FAIL_BEFORE, Mode.FAIL_AFTER)
                        .map(m -> Arguments.of(scheme, m, "in passing"))));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void restoresTheOldStateOrTheNewOneWhateverOperationGoesWrong(
      String scheme, Mode mode, String how) throws IOException {
    Supplier<IOException> failure =
        how.equals("for good")
            ? () -> new IOException("injected")
            : () -> new ConnectException("injected");
    try (FaultPlan plan = FaultPlan.create()) {
      Storage storage = new Storage(plan.settings());
      plan.failWith(failure);
      int operations = run(storage, plan, scheme, 0, mode);
      assertThat(operations).isGreaterThan(12);
      for (int k = 1; k <= operations; k++) {
        run(storage, plan, scheme, k, mode);
      }
    }
  }

  /** Operations of staging, commit, retention and LATEST; the k-th of them goes wrong. */
  private int run(Storage storage, FaultPlan plan, String scheme, int k, Mode mode)
      throws IOException {
    Path path = folder.resolve("%s-%d".formatted(mode, k));
    String root = scheme + "://" + path;
    TestDriver first = new TestDriver(storage, root, TestDriver.KEEP_ONE);
    first.commit(OLD, 1);
    plan.breakOperation(k, mode);

    boolean told = commits(first);

    int operations = plan.operations().size();
    String where = "%s of operation %d: %s".formatted(mode, k, operation(plan, k));
    boolean goesOn = mode == Mode.FAIL_BEFORE || mode == Mode.FAIL_AFTER;
    plan.heal();
    if (goesOn) {
      assertThat(first.restored()).as(where).isIn(expected(told));
    }
    assertThatNextDriverGoesOn(storage, root, told, where);
    assertThatNothingIsLeft(path, where);
    return operations;
  }

  private static boolean commits(TestDriver driver) {
    try {
      driver.commit(NEW, 2);
      driver.store.tellLatest();
      return true;
    } catch (LockstepException expected) {
      return false;
    }
  }

  private static List<Optional<Float>> expected(boolean told) {
    return told ? List.of(Optional.of(2f)) : List.of(Optional.of(1f), Optional.of(2f));
  }

  private static void assertThatNextDriverGoesOn(
      Storage storage, String root, boolean told, String where) {
    TestDriver next = new TestDriver(storage, root, TestDriver.KEEP_ONE);
    assertThat(next.restored()).as(where).isIn(expected(told));
    next.store.collectOrphans();
    assertThat(next.restored()).as(where).isIn(expected(told));
    next.commit(NEXT, 3);
    assertThat(next.restored()).as(where).contains(3f);
    assertThat(next.store.list()).as(where).hasSize(1);
  }

  private static void assertThatNothingIsLeft(Path run, String where) throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> found = Files.walk(run)) {
      found.map(file -> run.relativize(file).toString()).forEach(files::add);
    }
    assertThat(files).as(where).noneMatch(file -> file.endsWith(".tmp"));
    assertThat(files).as(where).noneMatch(file -> file.matches("\\.staging/.+"));
    assertThat(files)
        .as(where)
        .filteredOn(file -> file.matches("checkpoints/[^/]+"))
        .singleElement()
        .asString()
        .contains("r00000003-00000000-e00000002-");
  }

  private static String operation(FaultPlan plan, int k) {
    return k > 0 && k <= plan.operations().size() ? plan.operations().get(k - 1) : "none";
  }
}
