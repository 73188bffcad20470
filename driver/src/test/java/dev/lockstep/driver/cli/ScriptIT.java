package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ScriptIT {
  private static final Path SCRIPT = LockstepProcess.ROOT.resolve("scripts/lockstep");
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  @TempDir Path work;
  @TempDir Path streams;
  @TempDir Path temporary;

  private Map<String, String> environment;

  @BeforeEach
  void keepLogsInAFolderOfTheTest() {
    environment = Map.of("TMPDIR", temporary.toString());
  }

  @Test
  void answersFromAnyFolderAndThroughALinkWithinSixSeconds() throws Exception {
    Path link = Files.createSymbolicLink(streams.resolve("lockstep"), SCRIPT);
    long start = System.nanoTime();

    LockstepProcess help = start(link, "--help");

    assertThat(help.exitCode(DEADLINE)).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    assertThat(help.out()).startsWith("Usage: lockstep").contains("train", "predict", "evaluate");
    assertThat(help.err()).isEmpty();
    assertThat(work).isEmptyDirectory();
    Files.delete(link);
  }

  @Test
  void refusesABrokenJobFileWithOneSentenceAtTheEnd() throws Exception {
    Path job = Files.writeString(streams.resolve("broken.yaml"), "jobb: digits\nepochs: 3\n");

    LockstepProcess train = start(SCRIPT, "train", "--job", job.toString());

    assertThat(train.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(train.out()).isEmpty();
    assertThat(train.lastErrLine())
        .matches("Cannot use job file .*broken.yaml: \\d+ problems, see above");
    assertThat(train.err())
        .anyMatch(line -> line.startsWith("The log is in " + temporary))
        .noneMatch(line -> line.strip().startsWith("at "));
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void keepsTheStackTraceInTheLog() throws Exception {
    LockstepProcess train = start(SCRIPT, "train", "--job", "missing.yaml");

    assertThat(train.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(train.lastErrLine()).isEqualTo("Cannot read job file missing.yaml: no such file");
    String log = train.err().get(0).replace("The log is in ", "");
    assertThat(Files.readString(Path.of(log)))
        .contains("train failed", "LockstepException: Cannot read job file", "\tat dev.lockstep.");
  }

  @Test
  void refusesAJavaOfAnotherVersion() throws Exception {
    Path java = fakeJava("echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
    environment = Map.of("JAVA_HOME", java.toString());

    LockstepProcess help = start(SCRIPT, "--help");

    assertThat(help.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(help.err())
        .containsExactly(
            "Cannot use Java 11.0.2 (%s/bin/java): point JAVA_HOME to a JDK 17".formatted(java));
  }

  @Test
  void saysThatThereIsNoJava() throws Exception {
    environment = Map.of("JAVA_HOME", work.toString());

    LockstepProcess help = start(SCRIPT, "--help");

    assertThat(help.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(help.err())
        .containsExactly(
            "Cannot find '%s/bin/java': install JDK 17 and put it on the PATH, or point JAVA_HOME to it"
                .formatted(work));
  }

  @Test
  void refusesASparkHomeWithoutSpark() throws Exception {
    environment = Map.of("SPARK_HOME", work.toString(), "TMPDIR", temporary.toString());

    LockstepProcess help = start(SCRIPT, "--help");

    assertThat(help.exitCode(DEADLINE)).isEqualTo(2);
    assertThat(help.lastErrLine())
        .startsWith("Cannot use SPARK_HOME '%s': no bin/spark-submit there".formatted(work));
  }

  @Test
  void buildsAgainWhereAJarOfTheBuildCannotBeRead() throws Exception {
    Path jar = Files.createFile(streams.resolve("a b.jar"));
    Path list = Files.createDirectories(work.resolve("driver/target")).resolve("classpath-all.txt");

    Files.writeString(list, "%s/worker/target/worker.jar:%s\n".formatted(work, jar));
    assertThat(isClassPathValid()).as("the worker's jar is missing").isFalse();

    Files.createDirectories(work.resolve("worker/target"));
    Files.createFile(work.resolve("worker/target/worker.jar"));
    assertThat(isClassPathValid()).isTrue();

    Files.delete(jar);
    assertThat(isClassPathValid()).as("a library is missing").isFalse();
  }

  private boolean isClassPathValid() throws Exception {
    String script = "set -euo pipefail; source \"$1\"; root=$2; is_class_path_valid";
    Path shared = SCRIPT.resolveSibling("toolchain.sh");
    return start(Path.of("bash"), "-c", script, "bash", shared.toString(), work.toString())
            .exitCode(DEADLINE)
        == 0;
  }

  private Path fakeJava(String body) throws IOException {
    Path home = Files.createDirectories(streams.resolve("jdk"));
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private LockstepProcess start(Path script, String... arguments) throws IOException {
    return LockstepProcess.start(script, work, streams, environment, arguments);
  }
}
