package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Optional;

/** How the lanes become one model. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Combine.GradientSharing.class, name = "gradient-sharing"),
  @JsonSubTypes.Type(value = Combine.ParameterAveraging.class, name = "parameter-averaging")
})
public sealed interface Combine {
  /** What keeps a job of so many lanes from combining them so, if anything. */
  default Optional<String> problemWith(int lanes) {
    return Optional.empty();
  }

  /** Every step all lanes' gradients are summed, then one update is applied. */
  record GradientSharing() implements Combine {}

  /**
   * Every lane trains a replica of its own; the replicas are averaged, weighted by samples. What is
   * 0 or empty changes nothing and is left out of JSON, so that a job without it keeps its digest.
   *
   * @param every steps between two averagings; the end of an epoch always averages
   * @param warmUp steps at the start of the training, each of which is averaged
   * @param outerMomentum part of the last averaged change that is made again, in [0, 1); it begins
   *     after the warm-up
   * @param groups in which lanes are averaged more often than all together
   */
  record ParameterAveraging(
      int every,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY) int warmUp,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) @JsonSetter(nulls = Nulls.AS_EMPTY)
          double outerMomentum,
      Optional<Groups> groups)
      implements Combine {
    @Override
    public Optional<String> problemWith(int lanes) {
      return groups.flatMap(some -> some.problemWith(lanes));
    }
  }

  /**
   * Equal groups of neighbouring lanes.
   *
   * @param count of groups, which divides the number of lanes
   * @param betweenEvery steps between two averagings of all lanes, a multiple of those between two
   *     of a group's; the end of an epoch always averages all
   */
  record Groups(int count, int betweenEvery) {
    /** What is wrong with the groups of a job of so many lanes, if anything. */
    public Optional<String> problemWith(int lanes) {
      return lanes % count == 0
          ? Optional.empty()
          : Optional.of(
              "'training.combine.parameter-averaging.groups' is %d but must divide %d, the number of lanes"
                  .formatted(count, lanes));
    }
  }
}
