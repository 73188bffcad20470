package dev.lockstep.driver.bench.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.bench.ManualStop;
import dev.lockstep.driver.bench.ShellPython;
import dev.lockstep.driver.bench.process.PythonScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GlooScriptTest {
  @TempDir Path folder;

  private Path script;

  @BeforeEach
  void writeScript() throws IOException {
    script = Files.writeString(folder.resolve("gloo.py"), "");
  }

  @Test
  void readsALineForEachSize() throws IOException {
    GlooScript gloo =
        gloo(
            """
            [ "$2 $3 $4" = "2 5 7" ] || exit 3
            echo '{"peer": "gloo", "processes": 2, "floats": 5, "ms": 1.5, "busGBps": 1.0}'
            echo '{"peer": "gloo", "processes": 2, "floats": 7, "ms": 3.0, "busGBps": 1.0}'
            """);

    assertThat(gloo.seconds(2, List.of(5, 7)))
        .containsEntry(5, 0.0015)
        .containsEntry(7, 0.003)
        .hasSize(2);
  }

  @Test
  void saysHowTheScriptFailed() throws IOException {
    GlooScript gloo = gloo("echo first >&2; echo 'no route' >&2; exit 4");

    assertThatThrownBy(() -> gloo.seconds(2, List.of(5)))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessage(
            "Failed to run %s with %s: exit code 4, last line: no route",
            script, folder.resolve("python"));
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertThat(gloo("exit 0").obstacle()).isEmpty();
    assertThat(gloo("exit 1").obstacle())
        .contains(folder.resolve("python") + " has no torch and numpy");

    Path nowhere = folder.resolve("nowhere");
    assertThat(
            new GlooScript(new PythonScript(nowhere, script, folder, new ManualStop())).obstacle())
        .hasValueSatisfying(why -> assertThat(why).startsWith("Cannot run program \"" + nowhere));
    assertThat(
            new GlooScript(new PythonScript(nowhere, nowhere, folder, new ManualStop())).obstacle())
        .contains("cannot read " + nowhere);
  }

  private GlooScript gloo(String lines) throws IOException {
    Path python = ShellPython.in(folder, lines);
    return new GlooScript(new PythonScript(python, script, folder, new ManualStop()));
  }
}
