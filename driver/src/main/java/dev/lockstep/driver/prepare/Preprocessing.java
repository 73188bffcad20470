package dev.lockstep.driver.prepare;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.lockstep.common.config.CategoricalConfig.Encode;
import dev.lockstep.common.config.CategoricalConfig.Unseen;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What was fitted on the training part: all that turns a raw row into a sample, as plain data. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Preprocessing.Tabular.class, name = "tabular"),
  @JsonSubTypes.Type(value = Preprocessing.Images.class, name = "images")
})
public sealed interface Preprocessing {
  LabelSchema label();

  /** Values of the label's column that stand for another value. */
  Map<String, String> rename();

  /** What the samples consist of that come out. */
  @JsonIgnore
  DataSchema schema();

  /**
   * Rows of cells. A feature vector holds the numeric columns first, then the categorical ones.
   *
   * @param missing cells that stand for a missing value
   */
  record Tabular(
      List<Numeric> numeric,
      List<Categorical> categorical,
      List<String> missing,
      LabelSchema label,
      Map<String, String> rename)
      implements Preprocessing {
    public Tabular {
      numeric = List.copyOf(numeric);
      categorical = List.copyOf(categorical);
      missing = List.copyOf(missing);
      rename = sorted(rename);
    }

    @Override
    public DataSchema schema() {
      List<String> names =
          Stream.concat(
                  numeric.stream().map(Numeric::column),
                  categorical.stream().flatMap(column -> column.elements().stream()))
              .toList();
      InputShape input = new InputShape.Vector(names.size());
      return new DataSchema(ElementType.FLOAT32, input, names, label, ElementScaling.NONE);
    }
  }

  /** Images of one channel and one size, a byte a pixel. */
  record Images(
      InputShape.Image shape, ElementScaling scaling, LabelSchema label, Map<String, String> rename)
      implements Preprocessing {
    public Images {
      rename = sorted(rename);
    }

    @Override
    public DataSchema schema() {
      return new DataSchema(ElementType.UINT8, shape, List.of(), label, scaling);
    }
  }

  /**
   * A column of numbers, which becomes the element {@code (number - shift) / scale}.
   *
   * @param fill takes the place of a missing number; empty where a number must not be missing
   */
  record Numeric(String column, OptionalDouble fill, double shift, double scale) {}

  /**
   * A column of categories.
   *
   * @param categories those of the training part, in alphabetical order
   * @param missing whether a missing value is one more category, numbered after the others
   */
  record Categorical(
      String column, List<String> categories, boolean missing, Encode encode, Unseen unseen) {
    public Categorical {
      categories = List.copyOf(categories);
    }

    /** Names of the elements that the column becomes. */
    List<String> elements() {
      return switch (encode) {
        case INDEX -> List.of(column);
        case ONE_HOT ->
            IntStream.range(0, size())
                .mapToObj(
                    i -> column + "=" + (i < categories.size() ? categories.get(i) : "(missing)"))
                .toList();
      };
    }

    int size() {
      return categories.size() + (missing ? 1 : 0);
    }
  }

  private static Map<String, String> sorted(Map<String, String> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
