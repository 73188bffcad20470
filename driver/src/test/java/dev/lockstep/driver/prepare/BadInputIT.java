package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.common.config.CategoricalConfig;
import dev.lockstep.common.config.CategoricalConfig.Encode;
import dev.lockstep.common.config.CategoricalConfig.Unseen;
import dev.lockstep.common.config.ColumnChoice;
import dev.lockstep.common.config.CsvConfig;
import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.NumericConfig;
import dev.lockstep.common.config.NumericConfig.Missing;
import dev.lockstep.common.config.Scale;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BadInputIT {
  private static final NumericConfig AGE =
      new NumericConfig(
          new ColumnChoice.Named(List.of("age")), Scale.STANDARD, NumericConfig.Missing.MEAN);

  @TempDir Path directory;

  @Test
  void refusesMissingFile() {
    Path absent = directory.resolve("absent.csv");
    assertThat(refusal(Jobs.csv(absent, Jobs.classes("y"))))
        .isEqualTo("Cannot read " + absent + ": no such file, or a folder without files");
  }

  @Test
  void refusesEmptyFile() {
    Path file = file("a.csv", "");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo("Cannot read " + file + ": it is empty");
  }

  @Test
  void refusesFileOfAHeaderAlone() {
    Path file = file("a.csv", "age,y\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo("Cannot train on " + file + ": it has no rows");
  }

  @Test
  void refusesLabelThatIsNoColumn() {
    Path file = file("a.csv", "age,y\n1,a\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("income"))))
        .isEqualTo("Cannot find the label's column 'income' in " + file + " (it has 'age', 'y')");
  }

  @Test
  void refusesNumericColumnThatIsNone() {
    Path file = file("a.csv", "ages,y\n1,a\n");
    assertThat(refusal(withNumeric(file, AGE)))
        .isEqualTo(
            "Cannot find 'age' of 'data.numeric.columns' among the columns that can be features"
                + " ('ages')");
  }

  @Test
  void refusesLabelAsFeature() {
    Path file = file("a.csv", "age,y\n1,2\n");
    NumericConfig numeric =
        new NumericConfig(
            new ColumnChoice.Named(List.of("y")), Scale.STANDARD, NumericConfig.Missing.MEAN);
    assertThat(refusal(withNumeric(file, numeric)))
        .startsWith("Cannot find 'y' of 'data.numeric.columns'");
  }

  @Test
  void refusesRowWithTooFewCells() {
    Path file = file("a.csv", "age,height,y\n1,2,a\n3,b\n4,5,b\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo(
            "Cannot use a row of %s: the row does not have 3 cells (3,b)"
                .formatted(file.toFile().toURI()));
  }

  @Test
  void refusesRowWithTooManyCells() {
    Path file = file("a.csv", "colour,y\nred,a\nred,a,b\nblue,b,c\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo(
            "Cannot use a row of %s: the row does not have 2 cells (red,a,b);"
                    .formatted(file.toFile().toURI())
                + " 2 rows in all are bad");
  }

  @Test
  void refusesTextInNumericColumn() {
    Path file = file("a.csv", "age,y\n1,a\nabc,b\n");
    assertThat(refusal(withNumeric(file, AGE)))
        .isEqualTo(
            "Cannot use a row of %s: 'age' is 'abc', not a number (abc,b)"
                .formatted(file.toFile().toURI()));
  }

  @Test
  void refusesTextAsValueToLearn() {
    Path file = file("a.csv", "age,y\n1,1.5\n2,abc\n");
    assertThat(refusal(Jobs.csv(file, Jobs.value("y"))))
        .isEqualTo(
            "Cannot use a row of %s: 'y' is 'abc', not a number (2,abc)"
                .formatted(file.toFile().toURI()));
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    Path file = file("a.csv", "age,y\n1,a\nNaN,b\nInfinity,a\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo(
            "Cannot use a row of %s: 'age' is 'NaN', not a finite number (NaN,b);"
                    .formatted(file.toFile().toURI())
                + " 2 rows in all are bad");
  }

  @Test
  void refusesNumberBeyondFloats() {
    Path file = file("a.csv", "age,y\n1,a\n1e300,b\n");
    NumericConfig unscaled = new NumericConfig(Jobs.AUTO, Scale.NONE, Missing.MEAN);
    assertThat(refusal(withNumeric(file, unscaled)))
        .isEqualTo(
            "Cannot use a row of %s: 'age' is '1e300', too large for a 32-bit float (1e300,b)"
                .formatted(file.toFile().toURI()));
  }

  @Test
  void refusesMissingNumberWhereJobSaysSo() {
    Path file = file("a.csv", "age,y\n1,a\n?,b\n");
    NumericConfig strict = new NumericConfig(Jobs.AUTO, Scale.STANDARD, Missing.ERROR);
    assertThat(refusal(withNumeric(file, strict)))
        .isEqualTo(
            "Cannot use a row of %s: 'age' is missing (?,b)".formatted(file.toFile().toURI()));
  }

  @Test
  void refusesRowWithoutLabel() {
    Path file = file("a.csv", "age,y\n1,a\n2,\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo("Cannot use a row of %s: 'y' is missing (2,)".formatted(file.toFile().toURI()));
  }

  @Test
  void refusesClassThatOnlyTheTestPartHas() {
    Path file = file("a.csv", "age,y\n1,a\n2,b\n");
    Path test = file("test.csv", "age,y\n1,a\n2,c\n");
    DataConfig data =
        Jobs.csv(
            file, new Holdout.Path(test.toString()), Jobs.NONE, Jobs.classes("y"), Jobs.STANDARD);
    assertThat(refusal(data))
        .isEqualTo(
            "Cannot use a row of %s: 'y' is 'c', a class that the training part does not have"
                    .formatted(test.toFile().toURI())
                + " (it has 'a', 'b') (2,c)");
  }

  @Test
  void refusesTestFileThatLacksAColumn() {
    Path file = file("a.csv", "age,height,y\n1,2,a\n2,3,b\n");
    Path test = file("test.csv", "age,y\n1,a\n");
    DataConfig data =
        Jobs.csv(
            file, new Holdout.Path(test.toString()), Jobs.NONE, Jobs.classes("y"), Jobs.STANDARD);
    assertThat(refusal(data))
        .isEqualTo("Cannot use the input: it lacks the column 'height' (it has 'age', 'y')");
  }

  @Test
  void refusesUnseenCategoryWhereJobSaysSo() {
    Path file = file("a.csv", "colour,y\nred,a\nblue,b\n");
    Path test = file("test.csv", "colour,y\ngreen,a\n");
    DataConfig base = Jobs.csv(file, Jobs.classes("y"));
    DataConfig data =
        new DataConfig(
            base.format(),
            base.train(),
            new Holdout.Path(test.toString()),
            base.validation(),
            base.csv(),
            base.idx(),
            base.label(),
            base.numeric(),
            new CategoricalConfig(Jobs.AUTO, Encode.ONE_HOT, Unseen.ERROR),
            base.prepared());
    assertThat(refusal(data))
        .isEqualTo(
            "Cannot use a row of %s: 'colour' is 'green', a category that the training part does"
                    .formatted(test.toFile().toURI())
                + " not have (green,a)");
  }

  @Test
  void refusesFilesWithDifferentHeaders() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("input"));
    Files.writeString(folder.resolve("1.csv"), "age,y\n1,a\n");
    Files.writeString(folder.resolve("2.csv"), "y,age\na,1\n");
    assertThat(refusal(Jobs.csv(folder, Jobs.classes("y"))))
        .startsWith("Cannot read the input: its files have different headers (")
        .contains("2.csv");
  }

  @Test
  void refusesHeaderWithTheSameNameTwice() {
    Path file = file("a.csv", "age,Age,y\n1,2,a\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo("Cannot read " + file + ": two of its columns are named 'Age'");
  }

  @Test
  void refusesFileWithoutHeaderAndNames() {
    Path file = file("a.csv", "1,a\n");
    DataConfig base = Jobs.csv(file, Jobs.classes("y"));
    DataConfig data = withCsv(base, new CsvConfig(false, ',', true, List.of(), List.of()));
    assertThat(refusal(data))
        .isEqualTo(
            "Cannot read "
                + file
                + ": it has no header, so 'data.csv.columns' must name its columns");
  }

  @Test
  void refusesSplitThatLeavesNothingToTrainOn() {
    Path file = file("a.csv", "age,y\n1,a\n");
    DataConfig data =
        Jobs.csv(file, new Holdout.Fraction(0.9), Jobs.NONE, Jobs.classes("y"), Jobs.STANDARD);
    assertThat(refusal(data))
        .isEqualTo(
            "Cannot train on "
                + file
                + ": no row is left for training (1 go to test, 0 to validation)");
  }

  @Test
  void refusesColumnOfIdentifiersAsCategories() {
    StringBuilder text = new StringBuilder("id,y\n");
    IntStream.rangeClosed(0, 10_000).forEach(i -> text.append('k').append(i).append(",a\n"));
    Path file = file("a.csv", text.toString());
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo(
            "Cannot encode column 'id': it has more than 10000 categories; leave it out by listing"
                + " the columns to use in 'data.categorical.columns'");
  }

  @Test
  void refusesInputWithoutFeatures() {
    Path file = file("a.csv", "age,y\n?,a\n,b\n");
    assertThat(refusal(Jobs.csv(file, Jobs.classes("y"))))
        .isEqualTo("Cannot build features: none of the columns 'age' holds a value or is chosen");
  }

  private String refusal(DataConfig data) {
    Path target = directory.resolve("prepared");
    LockstepException failure =
        catchThrowableOfType(LockstepException.class, () -> Prepared.of(Jobs.of(data), target));
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(FailureKind.DATA);
    assertThat(target.resolve("manifest.json")).doesNotExist();
    return failure.getMessage();
  }

  private static DataConfig withNumeric(Path file, NumericConfig numeric) {
    return Jobs.csv(file, Jobs.NONE, Jobs.NONE, Jobs.classes("y"), numeric);
  }

  private static DataConfig withCsv(DataConfig base, CsvConfig csv) {
    return new DataConfig(
        base.format(),
        base.train(),
        base.test(),
        base.validation(),
        csv,
        base.idx(),
        base.label(),
        base.numeric(),
        base.categorical(),
        base.prepared());
  }

  private Path file(String name, String content) {
    try {
      return Files.writeString(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
