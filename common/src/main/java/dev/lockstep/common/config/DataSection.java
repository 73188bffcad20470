package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Scalar;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;
import java.util.List;
import java.util.Optional;

/** Keys of section {@code data}. */
final class DataSection extends MapType<DataConfig> {
  private static final ValueType<Holdout> HOLDOUT =
      new Scalar<>("none, a fraction between 0 and 1, or a path", DataSection::holdout);

  /** Keys that mean nothing for images. */
  private static final List<String> CSV_ONLY =
      List.of("csv", "categorical", "numeric.columns", "numeric.missing");

  private final Key<DataFormat> format =
      key("format", new NamedConstants<>(DataFormat.class), "csv", "format of the files");
  private final Key<String> train =
      required(
          "train",
          Types.path(),
          "samples to train on, any Hadoop path: file, folder or glob; `.gz` too");
  private final Key<Holdout> test =
      key("test", HOLDOUT, "none", "samples to measure the final model on, never trained on");
  private final Key<Holdout> validation =
      key("validation", HOLDOUT, "none", "samples to measure every epoch on, never trained on");
  private final Key<CsvConfig> csv =
      key("csv", new CsvSection(), "{}", "how CSV files are written (format csv only)");
  private final Key<IdxConfig> idx =
      key("idx", new IdxSection(), "{}", "where the labels of images lie (format idx only)");
  private final Key<LabelConfig> label =
      key("label", new LabelSection(), "{}", "what is to be learned");
  private final Key<NumericConfig> numeric =
      key("numeric", new NumericSection(), "{}", "what happens to numbers and pixels");
  private final Key<CategoricalConfig> categorical =
      key(
          "categorical",
          new CategoricalSection(),
          "{}",
          "what happens to columns of categories (format csv only)");
  private final Key<String> prepared =
      optional("prepared", Types.path(), "`data` in the run", "folder of the prepared dataset");

  @Override
  protected void check(Values values) {
    values.both(test, validation, (t, v) -> checkFractions(values, t, v));
    values.find(format).ifPresent(known -> checkFormat(values, known));
    ColumnChecks.check(values, csv, label, numeric, categorical);
  }

  @Override
  protected DataConfig build(Values values) {
    return new DataConfig(
        values.get(format),
        values.get(train),
        values.get(test),
        values.get(validation),
        values.get(csv),
        values.get(idx),
        values.get(label),
        numericFor(values),
        values.get(categorical),
        values.find(prepared));
  }

  /**
   * Pixels have a known range, so that they are brought to 0 to 1 unless the job says otherwise.
   */
  private NumericConfig numericFor(Values values) {
    NumericConfig given = values.get(numeric);
    return values.get(format) == DataFormat.IDX && !values.given("/numeric/scale")
        ? new NumericConfig(given.columns(), Scale.MIN_MAX, given.missing())
        : given;
  }

  private void checkFractions(Values values, Holdout first, Holdout second) {
    double sum = fraction(first) + fraction(second);
    if (sum >= 1) {
      values.problem(
          "'%s' and '%s' are %s and %s but must leave something to train on (their sum must be below 1)"
              .formatted(
                  values.pathOf(test),
                  values.pathOf(validation),
                  fraction(first),
                  fraction(second)));
    }
  }

  private void checkFormat(Values values, DataFormat known) {
    switch (known) {
      case CSV -> {
        if (!values.given("/label/column")) {
          values.problem(
              "'%s' is missing: name of the column to be learned"
                  .formatted(values.pathOf("label.column")));
        }
        refuse(values, "idx", known);
      }
      case IDX -> {
        CSV_ONLY.forEach(key -> refuse(values, key, known));
        if (values.find(label).filter(what -> what.type() == LabelConfig.Type.VALUE).isPresent()) {
          values.problem(
              "'%s' is value but must be class where '%s' is idx"
                  .formatted(values.pathOf("label.type"), values.pathOf("format")));
        }
      }
    }
  }

  private static void refuse(Values values, String key, DataFormat format) {
    if (values.given("/" + key.replace('.', '/'))) {
      values.problem(
          "'%s' is set but means nothing where '%s' is %s (take it out)"
              .formatted(
                  values.pathOf(key), values.pathOf("format"), NamedConstants.nameOf(format)));
    }
  }

  private static double fraction(Holdout holdout) {
    return holdout instanceof Holdout.Fraction part ? part.fraction() : 0;
  }

  private static Optional<Holdout> holdout(JsonNode node) {
    Optional<Double> number = Types.asNumber(node);
    if (number.isPresent()) {
      return number.filter(part -> part > 0 && part < 1).map(Holdout.Fraction::new);
    }
    return Optional.ofNullable(node.textValue())
        .filter(text -> !text.isBlank())
        .map(text -> text.equals("none") ? new Holdout.None() : new Holdout.Path(text));
  }
}
