package dev.lockstep.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.ColumnChoice;
import dev.lockstep.common.config.ModelConfig;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InputElementsTest {
  private static final List<String> FEATURES =
      List.of("age", "hours", "sex=f", "sex=m", "sector=a=b", "sector=(missing)");
  private static final DataSchema SCHEMA =
      new DataSchema(
          ElementType.FLOAT32,
          new InputShape.Vector(FEATURES.size()),
          FEATURES,
          new LabelSchema.Classes("income", List.of("low", "high")),
          ElementScaling.NONE);
  private static final ColumnChoice REST = new ColumnChoice.Auto();

  @Test
  void takesColumnsOfCategoriesWithAllTheirElementsInTheOrderOfTheSample() {
    assertThat(elements(choices("left", named("sector", "age"), "right", REST)))
        .containsExactly(List.of(0, 4, 5), List.of(1, 2, 3));
  }

  @Test
  void letsTwoInputsTakeTheSameColumn() {
    assertThat(
            elements(
                choices("left", named("age", "sex"), "right", named("age", "hours", "sector"))))
        .containsExactly(List.of(0, 2, 3), List.of(0, 1, 4, 5));
  }

  @Test
  void followsTheOrderOfTheNetworkAndNotThatOfTheJob() {
    assertThat(elements(choices("right", named("age"), "left", REST)))
        .containsExactly(List.of(1, 2, 3, 4, 5), List.of(0));
  }

  @Test
  void takesTheColumnOfThatVeryNameBeforeOneOfCategories() {
    DataSchema schema =
        new DataSchema(
            ElementType.FLOAT32,
            new InputShape.Vector(2),
            List.of("x", "x=y"),
            SCHEMA.label(),
            ElementScaling.NONE);

    assertThat(
            InputElements.of(
                    document(choices("left", named("x"), "right", REST)),
                    schema,
                    List.of("left", "right"))
                .ofInputs())
        .containsExactly(List.of(0), List.of(1));
  }

  @Test
  void handsTheWholeSampleToASingleInput() {
    assertThat(InputElements.of(document(Map.of()), SCHEMA, List.of("in")).ofInputs())
        .containsExactly(List.of(0, 1, 2, 3, 4, 5));
  }

  @Test
  void refusesColumnsThatAreNoFeature() {
    refuses(
        choices("left", named("age", "hour"), "right", REST),
        "Cannot use 'model.inputs': 'left' names 'hour', which is no feature (did you mean"
            + " 'hours'?)");
  }

  @Test
  void refusesColumnsThatNobodyTakes() {
    refuses(
        choices("left", named("age"), "right", named("hours", "sex")),
        "Cannot use 'model.inputs': no input takes 'sector' (add it to one, say auto for the rest,"
            + " or leave it out of 'data')");
  }

  @Test
  void refusesARestOfNothing() {
    refuses(
        choices("left", named("age", "hours", "sex", "sector"), "right", REST),
        "Cannot use 'model.inputs': the other inputs leave no column to 'right' (take out auto)");
  }

  @Test
  void refusesInputsThatTheNetworkDoesNotHave() {
    refuses(
        choices("left", named("age"), "write", REST),
        "Cannot use 'model.inputs': it names the inputs left, write, but 'model.dl4j' has left,"
            + " right");
  }

  private static void refuses(Map<String, ColumnChoice> choices, String message) {
    assertThatThrownBy(() -> elements(choices))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessage(message);
  }

  private static List<List<Integer>> elements(Map<String, ColumnChoice> choices) {
    return InputElements.of(document(choices), SCHEMA, List.of("left", "right")).ofInputs();
  }

  private static ModelConfig.Dl4j document(Map<String, ColumnChoice> choices) {
    return new ModelConfig.Dl4j("graph.json", "{}", choices, Optional.empty());
  }

  private static Map<String, ColumnChoice> choices(
      String first, ColumnChoice ofFirst, String second, ColumnChoice ofSecond) {
    Map<String, ColumnChoice> choices = new LinkedHashMap<>();
    choices.put(first, ofFirst);
    choices.put(second, ofSecond);
    return choices;
  }

  private static ColumnChoice named(String... columns) {
    return new ColumnChoice.Named(List.of(columns));
  }
}
