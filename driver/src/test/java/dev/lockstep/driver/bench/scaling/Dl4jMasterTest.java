package dev.lockstep.driver.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.bench.ManualStop;
import dev.lockstep.driver.bench.RecordedProgress;
import dev.lockstep.driver.bench.process.JvmLaunch;
import dev.lockstep.driver.bench.process.ParentLink;
import dev.lockstep.driver.bench.scaling.Dl4jMaster.Pass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class Dl4jMasterTest {
  @TempDir Path folder;

  private final RecordedProgress progress = new RecordedProgress();
  private final ManualStop stop = new ManualStop();

  @Test
  void countsTheFastestPass() {
    assertThat(master("4", "2", "3").samplesPerSecond()).hasValue(500);
    assertThat(progress.lines()).isEmpty();
  }

  @Test
  void countsWhatEndedBeforeAPassThatDidNot() {
    assertThat(master("4", "8").samplesPerSecond()).hasValue(250);
    assertThat(progress.lines())
        .containsExactly("m: gave up after 2 passes (Lost benchmark process 0: exit code 0)");
  }

  @Test
  void hasNoPaceWhereNoJvmEndsTwoPasses() {
    assertThat(master("4").samplesPerSecond()).isEmpty();
    assertThat(progress.lines())
        .hasSize(4)
        .containsOnly("m: gave up after 1 passes (Lost benchmark process 0: exit code 0)");
  }

  @Test
  void endsWithTheFailureWhereAStopIsWanted() {
    stop.request();

    assertThatThrownBy(() -> master("4").samplesPerSecond())
        .isInstanceOf(LockstepException.class)
        .hasMessageStartingWith("Lost benchmark process 0");
  }

  private Dl4jMaster master(String... seconds) {
    JvmLaunch launch =
        new JvmLaunch(
            System.getProperty("java.class.path"),
            Passes.class.getName(),
            List.of(seconds),
            List.of("-Xmx64m"),
            folder,
            Duration.ofSeconds(60));
    return new Dl4jMaster("m", launch, 1000, progress, stop);
  }

  /** A JVM whose passes take the seconds of its arguments; then it ends. */
  static final class Passes {
    private Passes() {}

    public static void main(String[] seconds) {
      ParentLink.serve(
          parent -> {
            for (String pass : seconds) {
              parent.next(Map.class);
              parent.answer(new Pass(Double.parseDouble(pass)));
            }
          });
    }
  }
}
