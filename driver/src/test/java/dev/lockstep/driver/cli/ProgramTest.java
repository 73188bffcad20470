package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ProgramTest {
  private final RecordingConsole recorded = new RecordingConsole();
  private final Interruption interruption = new Interruption();

  @Test
  void handsTheArgumentsToTheCommandAndReturnsItsExitCode() {
    int exitCode =
        run(
            (input, overrides) -> {
              recorded.console().result(input + overrides);
              return 0;
            },
            "fake",
            "--input",
            "a.csv",
            "--set",
            "x=1",
            "--set",
            "y={z: 2}");

    assertThat(exitCode).isZero();
    assertThat(recorded.out()).isEqualTo("a.csv[x=1, y={z: 2}]\n");
    assertThat(recorded.errLines()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void refusesAnEmptyValueBeforeAnythingIsDone(String empty) {
    int exitCode =
        run(
            (input, overrides) -> {
              throw new AssertionError("it ran");
            },
            "fake",
            "--input",
            empty);

    assertThat(exitCode).isEqualTo(2);
    assertThat(recorded.lastErrLine()).startsWith("Value of '--input' is empty");
  }

  @ParameterizedTest
  @EnumSource(FailureKind.class)
  void endsWithTheExitCodeOfTheFailureAndItsMessageInTheLastLine(FailureKind kind) {
    int exitCode = runFailing(new LockstepException(kind, "Cannot read a.csv: it is empty"));

    assertThat(exitCode).isEqualTo(kind.exitCode());
    assertThat(recorded.lastErrLine()).isEqualTo("Cannot read a.csv: it is empty");
    assertThat(recorded.out()).isEmpty();
  }

  @Test
  void findsTheFailureInAChainOfCauses() {
    int exitCode =
        runFailing(
            new IllegalStateException(
                "job aborted",
                new LockstepException(FailureKind.DATA, "Cannot read row 7: 3 cells, not 4")));

    assertThat(exitCode).isEqualTo(3);
    assertThat(recorded.lastErrLine()).isEqualTo("Cannot read row 7: 3 cells, not 4");
  }

  @Test
  void endsWithOneWhereTheFailureIsUnexpected() {
    int exitCode = runFailing(new IOException("no space left"));

    assertThat(exitCode).isEqualTo(1);
    assertThat(recorded.lastErrLine())
        .isEqualTo("Internal error: java.io.IOException: no space left");
  }

  @Test
  void endsWithOneWhereTheVirtualMachineFails() {
    int exitCode =
        run(
            (input, overrides) -> {
              throw new InternalError("a fault in a compiled method");
            },
            "fake",
            "--input",
            "a");

    assertThat(exitCode).isEqualTo(1);
    assertThat(recorded.lastErrLine())
        .isEqualTo("Internal error: java.lang.InternalError: a fault in a compiled method");
  }

  @Test
  void namesTheSettingOfMemoryWhereItRunsOut() {
    int exitCode =
        run(
            (input, overrides) -> {
              throw new OutOfMemoryError("Java heap space");
            },
            "fake",
            "--input",
            "a");

    assertThat(exitCode).isEqualTo(5);
    assertThat(recorded.lastErrLine())
        .startsWith("Out of memory: Java heap space (raise 'cluster.memory-per-worker'");
  }

  @Test
  void printsAListOfProblemsAndSumsItUpInTheLastLine() {
    int exitCode =
        runFailing(
            new LockstepException(
                FailureKind.CONFIG,
                """
                Cannot use job file x.yaml: 2 problems
                  'training.epoch' is no key, did you mean 'training.epochs'
                  'training.seed' is 'a' but must be a whole number
                """));

    assertThat(exitCode).isEqualTo(2);
    assertThat(recorded.errLines())
        .containsSubsequence(
            "  'training.epoch' is no key, did you mean 'training.epochs'",
            "  'training.seed' is 'a' but must be a whole number",
            "Cannot use job file x.yaml: 2 problems, see above");
    assertThat(recorded.lastErrLine()).endsWith("2 problems, see above");
  }

  @Test
  void keepsStackTracesOffTheTerminal() {
    runFailing(new IllegalStateException("broken", new IOException("disk")));

    assertThat(recorded.errLines()).noneMatch(line -> line.strip().startsWith("at "));
  }

  @Test
  void callsAFailureAfterARequestToStopAnInterruption() {
    interruption.request();

    int exitCode = runFailing(new IllegalStateException("Job 3 cancelled"));

    assertThat(exitCode).isEqualTo(130);
    assertThat(recorded.lastErrLine())
        .isEqualTo("Interrupted 'fake' before its end: run it again to have its result");
  }

  @ParameterizedTest
  @EnumSource(names = {"STORAGE", "DATA", "DIVERGED", "FENCED"})
  void keepsAFailureThatNoWishToStopBringsAbout(FailureKind kind) {
    interruption.request();

    int exitCode = runFailing(new LockstepException(kind, "Cannot go on"));

    assertThat(exitCode).isEqualTo(kind.exitCode());
    assertThat(recorded.lastErrLine()).isEqualTo("Cannot go on");
  }

  @Test
  void callsStorageThatWasInterruptedAnInterruption() {
    interruption.request();
    IOException cause = new InterruptedIOException("Retry interrupted");

    int exitCode =
        runFailing(new LockstepException(FailureKind.STORAGE, "Cannot look up a", cause));

    assertThat(exitCode).isEqualTo(130);
  }

  @Test
  void keepsTheMessageOfACommandThatStoppedItself() {
    interruption.request();

    int exitCode =
        runFailing(new LockstepException(FailureKind.INTERRUPTED, "Interrupted in epoch 3 of 20"));

    assertThat(exitCode).isEqualTo(130);
    assertThat(recorded.lastErrLine()).isEqualTo("Interrupted in epoch 3 of 20");
  }

  @Test
  void refusesAMissingOption() {
    assertThat(run((input, overrides) -> 0, "fake")).isEqualTo(2);
    assertThat(recorded.errLines())
        .containsExactly("Missing required option: '--input=<input>' (see 'lockstep fake --help')");
  }

  @Test
  void refusesAnUnknownOptionAndNamesTheNearest() {
    assertThat(run((input, overrides) -> 0, "fake", "--input", "a", "--sett", "b=1")).isEqualTo(2);
    assertThat(recorded.errLines())
        .containsExactly(
            "Unknown options: '--sett', 'b=1', did you mean '--set' (see 'lockstep fake --help')");
  }

  @Test
  void refusesAnUnknownCommand() {
    assertThat(run((input, overrides) -> 0, "fale")).isEqualTo(2);
    assertThat(recorded.errLines())
        .containsExactly(
            "Unmatched argument at index 0: 'fale', did you mean 'fake' (see 'lockstep --help')");
  }

  @Test
  void refusesToRunWithoutACommand() {
    assertThat(run((input, overrides) -> 0)).isEqualTo(2);
    assertThat(recorded.lastErrLine())
        .isEqualTo("Missing required subcommand (see 'lockstep --help')");
  }

  @Test
  void explainsEveryExitCodeInTheHelpOfACommand() {
    assertThat(run((input, overrides) -> 0, "fake", "--help")).isZero();
    assertThat(recorded.out())
        .contains("Exit codes:")
        .contains("    0   done")
        .contains("    8   a quality gate refused the model")
        .contains("  130   interrupted by Ctrl-C or SIGTERM");
  }

  @Test
  void explainsACommandByTheWordHelpToo() {
    assertThat(run((input, overrides) -> 0, "help", "fake")).isZero();
    assertThat(recorded.out()).startsWith("Usage: lockstep fake").contains("Exit codes:");
  }

  @Test
  void failsWhereTheHelpCannotBeWritten() throws IOException {
    Path full = Path.of("/dev/full");
    Assumptions.assumeTrue(Files.exists(full), "skipped: there is no " + full);
    try (OutputStream results = new FileOutputStream(full.toFile())) {
      Console console = recorded.withResultsIn(results);

      assertThat(new Program(console, interruption, List.of()).run("--help")).isEqualTo(4);
    }
    assertThat(recorded.lastErrLine())
        .startsWith("Cannot write the result to standard output: No space left on device");
  }

  @Test
  void printsTheVersionsThatTheBuildWasMadeOf() {
    assertThat(run((input, overrides) -> 0, "--version")).isZero();
    assertThat(recorded.out())
        .containsPattern("lockstep \\d+\\.\\d+\\.\\d+")
        .containsPattern("Spark 3\\.5\\.\\d+, Deeplearning4j 1\\.0\\.0-M2\\.1, Java 17");
  }

  private int runFailing(Exception failure) {
    return run(
        (input, overrides) -> {
          throw failure;
        },
        "fake",
        "--input",
        "a");
  }

  private int run(FakeCommand.Work work, String... arguments) {
    return new Program(recorded.console(), interruption, List.of(new FakeCommand(work)))
        .run(arguments);
  }
}
