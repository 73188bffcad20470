package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where a result goes, and what becomes of one that cannot go there. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ConsoleTest {
  private static final Path FULL = Path.of("/dev/full");

  @Test
  void printsAResultAsUtf8WithOneLineFeed() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    console(out).result("größe: 3");

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("größe: 3\n");
  }

  @Test
  void failsWhereTheDiskIsFull() throws IOException {
    Assumptions.assumeTrue(Files.exists(FULL), "skipped: there is no " + FULL);
    try (OutputStream full = new FileOutputStream(FULL.toFile())) {
      assertThatThrownBy(() -> console(full).result("{}"))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
          .hasMessage(
              "Cannot write the result to standard output: No space left on device (direct it"
                  + " elsewhere; what the command has done stays done)");
    }
  }

  @Test
  void isContentWhereTheReaderHasLeft() throws Exception {
    Process reader = new ProcessBuilder("bash", "-c", "exec <&-; echo; exec sleep 60").start();
    reader.inputReader().readLine();
    OutputStream pipe = reader.getOutputStream(); // closing it would try once more

    try {
      assertThatCode(() -> console(pipe).result("{}")).doesNotThrowAnyException();
    } finally {
      reader.destroy();
    }
  }

  private static Console console(OutputStream out) {
    PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Console(out, err, new Terminal(false, Terminal.DEFAULT_COLUMNS), Clock.systemUTC());
  }
}
