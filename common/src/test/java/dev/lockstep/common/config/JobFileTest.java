package dev.lockstep.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Job files as files and as YAML. */
@Timeout(60)
class JobFileTest {
  private static final Storage STORAGE = new Storage(Map.of());

  @TempDir private Path folder;

  @Test
  void readsFilesAndTheirOverrides() throws IOException {
    Path file = Files.writeString(folder.resolve("job.yaml"), SmallJob.TEXT);

    JobConfig job =
        JobFile.read(STORAGE, file.toString(), List.of("training.epochs=3", "job=other"));

    assertThat(job.training().epochs()).isEqualTo(3);
    assertThat(job.job()).isEqualTo("other");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertRefused(() -> JobFile.read(STORAGE, folder + "/none.yaml", List.of()))
        .hasMessage("Cannot read job file %s/none.yaml: no such file", folder);
  }

  @Test
  void refusesAFolder() {
    assertRefused(() -> JobFile.read(STORAGE, folder.toString(), List.of()))
        .hasMessage("Cannot read job file %s: it is a folder", folder);
  }

  @Test
  void refusesTextThatIsNotAMap() {
    assertRefused(() -> SmallJob.read("")).hasMessage("Cannot read job file job.yaml: it is empty");
    assertRefused(() -> SmallJob.read("# nothing but a remark\n"))
        .hasMessage("Cannot read job file job.yaml: it is empty");
    assertRefused(() -> SmallJob.read("- a\n"))
        .hasMessage("Cannot read job file job.yaml: it is not a map of keys");
  }

  @Test
  void namesLineAndColumnOfMalformedYaml() {
    assertRefused(() -> SmallJob.read("job: small\ndata: {train: [}\n"))
        .hasMessage(
            "Cannot read job file job.yaml: while parsing a flow node: expected the node content, but found '}' at line 2, column 16");
  }

  @Test
  void namesWhereItIsMalformedRatherThanWhereThatBegan() {
    assertRefused(() -> SmallJob.read("job: x\n\tdata: 1\n"))
        .hasMessageStartingWith("Cannot read job file job.yaml: ")
        .hasMessageEndingWith("at line 2, column 1");
  }

  @Test
  void refusesAKeyThatOccursTwice() {
    assertRefused(() -> SmallJob.read("job: a\ndata: {}\njob: b\n"))
        .hasMessage("Cannot read job file job.yaml: Duplicate field 'job' at line 3, column 4");
  }

  @Test
  void refusesWhatIsNotANumberAsANumber() {
    assertRefused(() -> SmallJob.read("training: {optimizer: {learning-rate: .nan}}"))
        .hasMessage(
            "Cannot read job file job.yaml: Malformed numeric value '.nan' at line 1, column 43");
  }

  @Test
  void refusesAliasesWhichTheParserWouldTakeForText() {
    assertRefused(() -> SmallJob.read("job: &name a\ndata: {train: *name}\n"))
        .hasMessageStartingWith(
            "Cannot read job file job.yaml: aliases (*name) are not supported at line 2, column");
  }

  @Test
  void refusesASecondDocument() {
    assertRefused(() -> SmallJob.read(SmallJob.TEXT + "---\njob: b\n"))
        .hasMessageStartingWith("Cannot read job file job.yaml: ");
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG));
  }
}
