package dev.lockstep.driver.cluster;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.hdfs.HdfsCluster;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short soak; {@code scripts/bench soak} makes it long, an hour at most. What happened is in
 * {@code driver/target/soak.txt}.
 */
@Timeout(value = 80, unit = TimeUnit.MINUTES)
class SoakIT {
  /** For the run that is compared with, the daemons, and the run that is the last. */
  private static final Duration BESIDE = Duration.ofMinutes(18);

  private static final Path DATA =
      LockstepProcess.ROOT
          .resolve("../shared/data/mnist-t10k/t10k-images-idx3-ubyte.gz")
          .normalize();

  @Test
  void losesNothingHoweverOftenSomethingIsKilled(@TempDir Path work) throws Exception {
    TestCluster.assumeSpark();
    assumeTrue(Files.exists(DATA), "skipped: there is no " + DATA);
    long seconds = Long.getLong("soak.seconds", 90);
    boolean isLong = seconds > 120;
    Soak.Plan plan =
        new Soak.Plan(
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(isLong ? 20 : 10),
            Duration.ofSeconds(isLong ? 40 : 20),
            Long.getLong("soak.seed", System.nanoTime()),
            isLong ? manyKillsInARun() : aKillInARun());
    assertTimeoutPreemptively(plan.time().plus(BESIDE), () -> soak(plan, work));
  }

  private static void soak(Soak.Plan plan, Path work) throws Exception {
    Path report = LockstepProcess.ROOT.resolve("driver/target/soak.txt");
    try (PrintWriter diary = new PrintWriter(Files.newBufferedWriter(report), true);
        HdfsCluster hdfs = HdfsCluster.start(work.resolve("hdfs"), 2);
        StandaloneCluster spark = new StandaloneCluster(work.resolve("spark"), 3, 1)) {
      diary.println("seed " + plan.seed());
      new Soak(plan, work, spark, hdfs, diary::println).run();
    }
  }

  private static List<String> aKillInARun() {
    return job(
        "conf/mnist-mlp.yaml",
        "training.epochs=12",
        "training.global-batch-size=384",
        "training.microbatch-size=128");
  }

  /** A checkpoint a second or so, in mid-epoch too, and some minutes to the end. */
  private static List<String> manyKillsInARun() {
    return job("conf/mnist-lenet.yaml", "training.epochs=40", "checkpoint.every=20 steps");
  }

  private static List<String> job(String file, String... settings) {
    List<String> job = new ArrayList<>(List.of("--job", file));
    job.addAll(List.of("--set", "data.train=" + DATA.toUri()));
    for (String setting : settings) {
      job.addAll(List.of("--set", setting));
    }
    return job;
  }
}
