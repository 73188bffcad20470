package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.prepare.PreparationLock.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PreparationLockTest {
  /** Above the largest number that Linux gives to a process. */
  private static final long NO_PROCESS = 1L << 40;

  @TempDir private Path directory;
  private final Storage storage = new Storage(Map.of());

  @Test
  void keepsASecondPreparationOut() {
    PreparationLock lock = acquire();

    assertThatThrownBy(this::acquire)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessage(
            "Cannot prepare data in %s: process %d on %s is preparing it (wait for it; if it is"
                + " gone, delete %s)",
            directory, ProcessHandle.current().pid(), Holder.here().host(), file());
    lock.release();
    assertThat(directory).isEmptyDirectory();
    acquire().release();
  }

  @Test
  void goesOnWithWhatItCouldNotGiveBack() {
    Holder holder = Holder.here();
    PreparationLock.acquire(storage, directory.toString(), holder);

    PreparationLock.acquire(storage, directory.toString(), holder).release();

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void takesOverWhatADeadProcessLeft() {
    leave(new Holder("dead", Holder.here().host(), NO_PROCESS));

    acquire().release();

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void leavesTheLockOfAnotherMachineAlone() {
    leave(new Holder("far", "another.example", NO_PROCESS));

    assertThatThrownBy(this::acquire).hasMessageContaining("on another.example is preparing it");
    assertThat(file()).exists();
  }

  @Test
  void isHeldWhereItNamesNobodyYet() throws IOException {
    Files.writeString(file(), "");

    assertThatThrownBy(this::acquire)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.FENCED))
        .hasMessageEndingWith("at this moment (try again; if it stays, delete it)");
  }

  @Test
  void doesNotReleaseWhatAnotherHolds() {
    PreparationLock lock = acquire();
    storage.delete(file().toString());
    acquire();

    lock.release();

    assertThat(file()).exists();
  }

  private PreparationLock acquire() {
    return PreparationLock.acquire(storage, directory.toString(), Holder.here());
  }

  private void leave(Holder holder) {
    storage.createExclusively(file().toString(), Json.write(holder));
  }

  private Path file() {
    return directory.resolve(".preparing");
  }
}
