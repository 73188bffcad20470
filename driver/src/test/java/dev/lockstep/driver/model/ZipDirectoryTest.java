package dev.lockstep.driver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.network.StackNetwork;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Model files, as far as their directories tell. */
@Timeout(120)
final class ZipDirectoryTest {
  private final StackNetwork network = new StackNetwork(Networks.trained(7));
  private final byte[] zip = NetworkArchive.withUpdater(network);

  @Test
  void listsTheEntries() {
    assertThat(ZipDirectory.read(zip, 3))
        .extracting(ZipDirectory.Listed::name)
        .containsExactlyInAnyOrder(
            NetworkArchive.CONFIGURATION, NetworkArchive.PARAMETERS, NetworkArchive.UPDATER);
  }

  @Test
  void readsNoMoreThanIsOfInterest() {
    assertThat(ZipDirectory.read(zip, 1)).hasSize(2);
  }

  @Test
  void aModelFileDoesNotDependOnWhenItIsMade() throws IOException {
    assertThat(zip).isEqualTo(NetworkArchive.withUpdater(network));
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        assertThat(entry.getTimeLocal())
            .as(entry.getName())
            .isEqualTo(LocalDateTime.of(1980, 1, 1, 0, 0));
      }
    }
  }

  @Test
  void aFileThatIsTruncatedAnywhereIsRefused() {
    for (int length = 0; length < zip.length; length++) {
      assertRefused(Arrays.copyOf(zip, length))
          .as("%d of %d bytes", length, zip.length)
          .hasMessageMatching(
              "Cannot open m.zip: (not a readable zip file \\(|it has no entry ').*");
    }
  }

  @Test
  void aFileWhoseDirectoryDoesNotListItsEntriesIsRefused() {
    int last = new String(zip, StandardCharsets.ISO_8859_1).lastIndexOf(NetworkArchive.UPDATER);
    zip[last] = 'U';

    assertRefused(zip)
        .hasMessageStartingWith("Cannot open m.zip: its directory lists [")
        .hasMessageContaining("UpdaterState.bin");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(byte[] file) {
    return assertThatThrownBy(() -> NetworkArchive.checked(file, "m.zip"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA));
  }
}
