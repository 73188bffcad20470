package dev.lockstep.driver.prepare;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * All that is fitted in one pass over the training part: statistics of each numeric column,
 * categories of each categorical one, and those of the label.
 *
 * <p>A row consists of the numbers (array of double), the categories (array of string), the label's
 * text and the label's number; null stands for what is missing.
 */
final class TrainingStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NumberStatistics[] numbers;
  private final DistinctTexts[] categories;
  private final boolean[] missingCategory;
  private final DistinctTexts classes = new DistinctTexts();
  private final NumberStatistics values = new NumberStatistics();

  TrainingStatistics(int numericColumns, int categoricalColumns) {
    numbers =
        Stream.generate(NumberStatistics::new)
            .limit(numericColumns)
            .toArray(NumberStatistics[]::new);
    categories =
        Stream.generate(DistinctTexts::new).limit(categoricalColumns).toArray(DistinctTexts[]::new);
    missingCategory = new boolean[categoricalColumns];
  }

  TrainingStatistics add(Row row) {
    addNumbers(row.getList(0));
    addCategories(row.getList(1));
    if (!row.isNullAt(2)) {
      classes.add(row.getString(2));
    }
    if (!row.isNullAt(3)) {
      values.add(row.getDouble(3));
    }
    return this;
  }

  TrainingStatistics add(TrainingStatistics other) {
    IntStream.range(0, numbers.length).forEach(i -> numbers[i].add(other.numbers[i]));
    for (int i = 0; i < categories.length; i++) {
      categories[i].add(other.categories[i]);
      missingCategory[i] |= other.missingCategory[i];
    }
    classes.add(other.classes);
    values.add(other.values);
    return this;
  }

  NumberStatistics number(int column) {
    return numbers[column];
  }

  DistinctTexts categories(int column) {
    return categories[column];
  }

  boolean hasMissingCategory(int column) {
    return missingCategory[column];
  }

  DistinctTexts classes() {
    return classes;
  }

  NumberStatistics values() {
    return values;
  }

  private void addNumbers(List<Double> row) {
    for (int i = 0; i < numbers.length; i++) {
      if (row.get(i) != null) {
        numbers[i].add(row.get(i));
      }
    }
  }

  private void addCategories(List<String> row) {
    for (int i = 0; i < categories.length; i++) {
      if (row.get(i) == null) {
        missingCategory[i] = true;
      } else {
        categories[i].add(row.get(i));
      }
    }
  }
}
