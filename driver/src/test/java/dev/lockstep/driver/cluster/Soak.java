package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.run.RunReport;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.driver.cli.LockstepProcess;
import dev.lockstep.driver.cluster.Victim.Killed;
import dev.lockstep.driver.hdfs.HdfsCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/**
 * Runs on a cluster of which something is killed again and again while they train: an executor, the
 * driver, a DataNode or the NameNode. Each run has to end in the weights of one that nobody
 * disturbed, with every checkpoint whole, nothing left in staging and each kill in its report.
 */
final class Soak {
  private static final Duration MENDED_AFTER = Duration.ofSeconds(5);
  private static final Duration TRACE = Duration.ofSeconds(30);
  private static final Duration LAST_RUN = Duration.ofMinutes(5);

  /** Of a run, in which nothing is killed: a report tells of what happens while it goes on. */
  private static final int LAST_EPOCHS = 4;

  private final Plan plan;
  private final Path work;
  private final StandaloneCluster spark;
  private final HdfsCluster hdfs;
  private final Consumer<String> diary;
  private final Random random;
  private final Storage storage;
  private final RunReport undisturbed;
  private final List<Killed> killed = new ArrayList<>();
  private long start = System.nanoTime();
  private LockstepProcess driver;
  private int kills;

  /**
   * What a soak does.
   *
   * @param time after which nothing is killed any more
   * @param least pause between two kills
   * @param most pause between two kills
   * @param job of the run: a file and what is changed in it
   */
  record Plan(Duration time, Duration least, Duration most, long seed, List<String> job) {}

  /**
   * Trains the run that nobody disturbs.
   *
   * @param diary takes a line for all that happens
   */
  Soak(Plan plan, Path work, StandaloneCluster spark, HdfsCluster hdfs, Consumer<String> diary)
      throws Exception {
    this.plan = plan;
    this.work = work;
    this.spark = spark;
    this.hdfs = hdfs;
    this.diary = diary;
    this.random = new Random(plan.seed());
    this.storage = new Storage(hdfs.settings());
    LockstepProcess local = lockstep(Map.of(), train(work.resolve("undisturbed").toString()));
    assertThat(local.exitCode(LAST_RUN)).as(local.lastErrLine()).isZero();
    this.undisturbed = report(local.out());
  }

  /** Kills until the time is over, and lets the last run end. */
  void run() throws Exception {
    start = System.nanoTime();
    for (int number = 1; number == 1 || !isOver(); number++) {
      RunDirectory run = new RunDirectory(hdfs.uri() + "/soak/run-" + number);
      say("run %d begins".formatted(number));
      endure(run);
      check(run);
      say("run %d has the undisturbed parameters".formatted(number));
    }
    assertThat(kills).isPositive();
  }

  private void endure(RunDirectory run) throws Exception {
    killed.clear();
    driver = start(run);
    boolean isLast = isOver();
    while (!hasEnded(isLast ? LAST_RUN : pause())) {
      assertThat(isLast).as("an end within %s of the last kill", LAST_RUN).isFalse();
      if (comesToTrain(run)) {
        kill(run);
      }
      isLast = isOver();
    }
    assertThat(driver.process().exitValue()).as(driver.lastErrLine()).isZero();
  }

  private boolean hasEnded(Duration time) throws InterruptedException {
    return driver.process().waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until one more epoch is done, if enough are left then. */
  private boolean comesToTrain(RunDirectory run) {
    int before = Awaitility.await().ignoreExceptions().until(() -> epochsOf(run), any -> true);
    Awaitility.await()
        .atMost(LAST_RUN)
        .ignoreExceptions() // a block of the report may have been on what was killed
        .until(() -> !driver.process().isAlive() || epochsOf(run) > before);
    return driver.process().isAlive() && epochsOf(run) <= undisturbed.epochs().size() - LAST_EPOCHS;
  }

  private int epochsOf(RunDirectory run) {
    return storage.exists(run.report())
        ? report(storage.readText(run.report())).epochs().size()
        : 0;
  }

  private void kill(RunDirectory run) throws Exception {
    List<Victim> victims = List.of(Victim.values());
    Victim victim = victims.get(random.nextInt(victims.size()));
    killed.add(new Killed(victim, Instant.now()));
    switch (victim) {
      case EXECUTOR -> killExecutor();
      case DRIVER -> killDriver(run);
      case DATA_NODE -> {
        int index = random.nextInt(2);
        said("DataNode " + index);
        hdfs.dataNode(index).kill();
        awaitTrace(run);
        mend();
      }
      case NAME_NODE -> {
        said("the NameNode");
        hdfs.nameNode().kill();
        mend();
      }
    }
  }

  private void killExecutor() {
    List<ProcessHandle> executors = spark.executors();
    assertThat(executors).as("executors of a run that trains").isNotEmpty();
    ProcessHandle executor = executors.get(random.nextInt(executors.size()));
    said("executor, process " + executor.pid());
    executor.destroyForcibly();
  }

  private void killDriver(RunDirectory run) throws Exception {
    said("the driver, process " + driver.process().pid());
    driver.process().descendants().forEach(ProcessHandle::destroyForcibly);
    driver.process().destroyForcibly().waitFor();
    driver = start(run);
  }

  /** HDFS does without the node as long as nothing is written. */
  private void awaitTrace(RunDirectory run) {
    Killed last = killed.get(killed.size() - 1);
    Awaitility.await()
        .atMost(TRACE)
        .ignoreExceptions()
        .until(
            () ->
                !driver.process().isAlive()
                    || last.isToldBy(report(storage.readText(run.report())).events(), killed));
  }

  private void mend() throws Exception {
    hasEnded(MENDED_AFTER);
    hdfs.heal();
  }

  private void check(RunDirectory run) throws Exception {
    RunReport report = report(storage.readText(run.report()));
    report.events().forEach(event -> say("  event: " + event.message()));
    assertThat(report.parametersSha256()).isPresent().isEqualTo(undisturbed.parametersSha256());
    for (Killed one : killed) {
      assertThat(one.isToldBy(report.events(), killed)).as("the report tells of %s", one).isTrue();
    }
    assertThat(storage.exists(run.staging()) ? storage.names(run.staging()) : List.of()).isEmpty();
    LockstepProcess verification =
        lockstep(environment(), List.of("checkpoints", run.root(), "--verify"));
    assertThat(verification.exitCode(LAST_RUN)).as(verification.lastErrLine()).isZero();
  }

  private LockstepProcess start(RunDirectory run) throws IOException {
    List<String> arguments = new ArrayList<>(train(run.root()));
    arguments.addAll(List.of("--master", spark.master()));
    arguments.addAll(spark.options());
    arguments.addAll(List.of("--conf", "spark.hadoop.dfs.replication=2"));
    for (String setting :
        List.of(
            "cluster.workers=3",
            "cluster.min-workers=1",
            "cluster.slots-timeout=20 s",
            "cluster.max-attempts=20",
            "cluster.memory-per-worker=1200m")) {
      arguments.addAll(List.of("--set", setting));
    }
    return lockstep(environment(), arguments);
  }

  private List<String> train(String run) {
    List<String> arguments = new ArrayList<>(List.of("train", "--run", run, "--json"));
    arguments.addAll(plan.job());
    return arguments;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(spark.environment());
    environment.put("HADOOP_CONF_DIR", hdfs.conf().toString());
    return environment;
  }

  private LockstepProcess lockstep(Map<String, String> environment, List<String> arguments)
      throws IOException {
    return LockstepProcess.start(
        LockstepProcess.ROOT.resolve("scripts/lockstep"),
        LockstepProcess.ROOT,
        Files.createDirectories(work.resolve("streams")),
        environment,
        arguments.toArray(String[]::new));
  }

  private static RunReport report(String text) {
    return Json.read(text, RunReport.class, "a report");
  }

  private Duration pause() {
    long least = plan.least().toMillis();
    return Duration.ofMillis(least + random.nextLong(plan.most().toMillis() - least + 1));
  }

  private boolean isOver() {
    return System.nanoTime() - start > plan.time().toNanos();
  }

  private void said(String victim) {
    kills++;
    say("kill -9 of " + victim);
  }

  private void say(String line) {
    diary.accept("%4d s  %s".formatted((System.nanoTime() - start) / 1_000_000_000, line));
  }
}
