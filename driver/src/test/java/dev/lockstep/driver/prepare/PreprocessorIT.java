package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.config.CategoricalConfig.Encode;
import dev.lockstep.common.config.CategoricalConfig.Unseen;
import dev.lockstep.common.config.CsvConfig;
import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.TrainingConfig.Order;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.storage.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PreprocessorIT {
  private static final Preprocessing.Tabular FITTED =
      new Preprocessing.Tabular(
          List.of(
              new Preprocessing.Numeric("age", OptionalDouble.of(30), 20, 10),
              new Preprocessing.Numeric("a.b `c`", OptionalDouble.empty(), 0, 1)),
          List.of(
              new Preprocessing.Categorical(
                  "colour", List.of("blue", "red"), true, Encode.ONE_HOT, Unseen.IGNORE),
              new Preprocessing.Categorical(
                  "size", List.of("big", "small"), false, Encode.INDEX, Unseen.IGNORE)),
          List.of("?", ""),
          new LabelSchema.Classes("y", List.of("no", "yes")),
          Map.of("yep", "yes"));

  @TempDir Path directory;

  @Test
  void scalesFillsAndEncodes() throws IOException {
    List<Row> rows =
        apply(
            FITTED,
            "age,a.b `c`,colour,size,y",
            "40,1.5,red,small,yep",
            "?,-2,?,big,no",
            "10,0,green,huge,");
    assertThat(features(rows.get(0))).containsExactly(2f, 1.5f, 0f, 1f, 0f, 1f);
    assertThat(features(rows.get(1))).containsExactly(1f, -2f, 0f, 0f, 1f, 0f);
    assertThat(features(rows.get(2))).containsExactly(-1f, 0f, 0f, 0f, 0f, 2f);
    assertThat(rows).extracting(row -> row.getAs(RowColumns.LABEL)).containsExactly(1.0, 0.0, null);
    assertThat(rows).extracting(PreprocessorIT::problem).containsOnlyNulls();
    assertThat(FITTED.schema().features())
        .containsExactly("age", "a.b `c`", "colour=blue", "colour=red", "colour=(missing)", "size");
  }

  @Test
  void tellsWhatIsWrongWithARow() throws IOException {
    List<Row> rows =
        apply(
            FITTED,
            "age,a.b `c`,colour,size,y",
            "abc,1,red,big,no",
            "1,,red,big,no",
            "inf,1,red,big,no",
            "1,1e39,red,big,no",
            "1,1,red,big,maybe",
            "1,1,red,no");
    assertThat(rows)
        .extracting(PreprocessorIT::problem)
        .containsExactly(
            "'age' is 'abc', not a number",
            "'a.b `c`' is missing",
            "'age' is 'inf', not a finite number",
            "'a.b `c`' is '1e39', too large for a 32-bit float",
            "'y' is 'maybe', a class that the training part does not have (it has 'no', 'yes')",
            "the row does not have 5 cells");
  }

  @Test
  void usesRowsWithoutALabel() throws IOException {
    List<Row> rows = apply(FITTED, "size,colour,a.b `c`,age", "big,blue,3,20");
    assertThat(features(rows.get(0))).containsExactly(0f, 3f, 1f, 0f, 0f, 0f);
    assertThat(rows.get(0).<Object>getAs(RowColumns.LABEL)).isNull();
    assertThat(problem(rows.get(0))).isNull();
  }

  @Test
  void canBeBlindToLabels() throws IOException {
    Dataset<Row> raw = raw(Jobs.HEADER, "age,a.b `c`,colour,size,y", "1,1,red,big,maybe");
    Row row = Preprocessor.of(FITTED).withoutLabel().apply(raw).head();
    assertThat(problem(row)).isNull();
    assertThat(row.<String>getAs("y")).isEqualTo("maybe");
  }

  @Test
  void readsRowsThatLackTheLabelWhereThereIsNoHeader() throws IOException {
    CsvConfig csv =
        new CsvConfig(
            false, ',', true, List.of("?", ""), List.of("age", "a.b `c`", "y", "colour", "size"));
    Row row = Preprocessor.of(FITTED).apply(raw(csv, "30,1,blue,big")).head();
    assertThat(features(row)).containsExactly(1f, 1f, 1f, 0f, 0f, 0f);
    assertThat(problem(row)).isNull();
  }

  @Test
  void trimsCellsButNotWithinQuotes() throws IOException {
    Row row = raw(Jobs.HEADER, "a,b", "\" x, \"\"y\"\" \", z ").head();
    assertThat(row.getString(0)).isEqualTo(" x, \"y\" ");
    assertThat(row.getString(1)).isEqualTo("z");
    assertThat(row.<Object>getAs(RowColumns.RAGGED)).isNull();
  }

  @Test
  void givesTheFeaturesThatTheShardsHold() throws IOException {
    DataConfig data = Jobs.csv(RealData.digits(), Jobs.classes("digit"));
    Prepared prepared = Prepared.of(Jobs.of(data, Order.INPUT, 3), directory.resolve("prepared"));
    Dataset<Row> raw = new Source(LocalSpark.session(), Prepared.STORAGE).read(data, data.train());
    List<Row> rows = Preprocessor.of(prepared.preprocessing()).apply(raw).collectAsList();
    List<Prepared.Sample> samples = prepared.samples(prepared.dataset().manifest().train());
    assertThat(rows).hasSameSizeAs(samples);
    for (int i = 0; i < samples.size(); i++) {
      assertThat(features(rows.get(i))).isEqualTo(samples.get(i).features());
      assertThat(rows.get(i).<Double>getAs(RowColumns.LABEL))
          .isEqualTo(samples.get(i).label().doubleValue());
    }
  }

  @Test
  void comesBackFromJsonAsItWas() {
    assertThat(Json.read(Json.write(FITTED), Preprocessing.class, "test")).isEqualTo(FITTED);
  }

  private List<Row> apply(Preprocessing fitted, String... lines) throws IOException {
    return Preprocessor.of(fitted).apply(raw(Jobs.HEADER, lines)).collectAsList();
  }

  private Dataset<Row> raw(CsvConfig csv, String... lines) throws IOException {
    Path file = Files.writeString(directory.resolve("a.csv"), String.join("\n", lines) + "\n");
    DataConfig base = Jobs.csv(file, Jobs.classes("y"));
    DataConfig data =
        new DataConfig(
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
    return new Source(LocalSpark.session(), Prepared.STORAGE).read(data, file.toString());
  }

  private static List<Float> features(Row row) {
    return row.getList(row.fieldIndex(RowColumns.FEATURES));
  }

  private static String problem(Row row) {
    return row.getAs(RowColumns.PROBLEM);
  }
}
