package dev.lockstep.driver.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.bench.ManualStop;
import dev.lockstep.driver.bench.RecordedProgress;
import dev.lockstep.driver.bench.ShellPython;
import dev.lockstep.driver.bench.process.PythonScript;
import dev.lockstep.driver.bench.process.TorchTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TorchReplicasTest {
  @TempDir Path folder;

  private final ManualStop stop = new ManualStop();
  private final RecordedProgress progress = new RecordedProgress();

  @Test
  void readsThePace() throws IOException {
    TorchReplicas torch =
        torch(
            """
            [ "$2 $3 $4 $5" = "mlp sgd 2 100" ] || exit 3
            echo '{"peer": "pytorch", "torch": "2", "network": "mlp", "optimizer": "sgd",' \\
              '"processes": 2, "iterations": 100, "msPerStep": 9.9, "samplesPerSecond": 25600.5}'
            """);

    assertThat(torch.samplesPerSecond()).hasValue(25600.5);
    assertThat(progress.lines()).isEmpty();
  }

  @Test
  void goesWithoutARoundThatFailed() throws IOException {
    TorchReplicas torch = torch("echo 'terminated with signal SIGABRT' >&2; exit 1");

    assertThat(torch.samplesPerSecond()).isEmpty();
    assertThat(progress.lines())
        .containsExactly(
            "PyTorch: Failed to run %s with %s: exit code 1,"
                    .formatted(folder.resolve("ddp.py"), folder.resolve("python"))
                + " last line: terminated with signal SIGABRT");
  }

  @Test
  void failsWhereItIsStopped() throws IOException {
    TorchReplicas torch = torch("exit 1");
    stop.request();

    assertThatThrownBy(torch::samplesPerSecond)
        .isInstanceOf(LockstepException.class)
        .hasMessageStartingWith("Failed to run " + folder.resolve("ddp.py"));
  }

  @Test
  void failsBeforeTheFirstRoundWhereTheProgramNeverRuns() throws IOException {
    TorchReplicas torch = torch("echo \"KeyError: 'lenett'\" >&2; exit 1");

    assertThatThrownBy(() -> torch.warmUp(Duration.ofSeconds(9)))
        .isInstanceOf(LockstepException.class)
        .hasMessageEndingWith("exit code 1, last line: KeyError: 'lenett'");
    assertThat(progress.lines()).hasSize(2);
  }

  @Test
  void warmsUpAlthoughAProcessAborts() throws IOException {
    TorchReplicas torch =
        torch(
            """
            [ -e "$0.aborted" ] || { touch "$0.aborted"; exit 134; }
            echo '{"peer": "pytorch", "torch": "2", "network": "mlp", "optimizer": "sgd",' \\
              '"processes": 2, "iterations": 1, "msPerStep": 9.9, "samplesPerSecond": 9.0}'
            """);

    torch.warmUp(Duration.ZERO);

    assertThat(progress.lines()).hasSize(1);
  }

  private TorchReplicas torch(String lines) throws IOException {
    Path python = ShellPython.in(folder, lines);
    PythonScript script = new PythonScript(python, folder.resolve("ddp.py"), folder, stop);
    return new TorchReplicas(
        "PyTorch", new TorchTraining(script), "mlp", "sgd", 2, 100, progress, stop);
  }
}
