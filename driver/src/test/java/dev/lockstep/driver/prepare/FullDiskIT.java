package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.bench.RecordedProgress;
import dev.lockstep.driver.resources.SparkSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a file system of so few bytes. */
@Timeout(90)
class FullDiskIT {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
  private static final Storage STORAGE = new Storage(Map.of());

  @TempDir private Path small;
  @TempDir private Path work;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()) == 0,
        "a small file system cannot be mounted: only root may");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", small.toString());
  }

  @Test
  void preparationWhoseLocalDiskIsFullEndsAsAFailureOfStorage() {
    SparkConf conf = new SparkConf().set("spark.local.dir", small.toString());

    assertThatThrownBy(() -> prepare(conf, work.resolve("prepared")))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("make room in 'spark.local.dir'");
  }

  @Test
  void preparationWhoseTargetIsFullNamesIt() {
    Path target = small.resolve("prepared");

    assertThatThrownBy(() -> prepare(new SparkConf(), target))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessageContaining("No space left on device")
        .hasMessageContaining(target.toString());
    assertThat(target.resolve("manifest.json")).doesNotExist();
  }

  private static void prepare(SparkConf conf, Path target) {
    try (SparkSession spark = SparkSessions.open(conf, "local[2]", "full-disk")) {
      new Preparation(spark, STORAGE, new RecordedProgress())
          .prepare(
              JobFile.read(
                  STORAGE,
                  ROOT.resolve("conf/digits.yaml").toString(),
                  List.of("data.train=" + ROOT.resolve("conf/digits.csv"))),
              target.toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
