package dev.lockstep.worker.combine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class PeriodsTest {
  @Test
  void endsAPeriodWithItsEpoch() {
    assertThat(ends(new Periods(3, 3, 0, 5), 1)).containsExactly(3, 5);
    assertThat(ends(new Periods(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 5), 2)).containsExactly(5);
  }

  @Test
  void averagesEveryStepOfTheWarmUp() {
    Periods periods = new Periods(3, 3, 7, 5);

    assertThat(ends(periods, 1)).containsExactly(1, 2, 3, 4, 5);
    assertThat(ends(periods, 2)).containsExactly(1, 2, 5);
    assertThat(ends(periods, 3)).containsExactly(3, 5);
  }

  @Test
  void warmsUpForAsLongAsThereAreSteps() {
    Periods periods = new Periods(3, 3, Integer.MAX_VALUE, 5);

    assertThat(ends(periods, 400_000_000)).containsExactly(1, 2, 3, 4, 5);
    assertThat(ends(periods, 500_000_000)).containsExactly(3, 5);
  }

  @Test
  void endsARoundAfterSomePeriodsWithTheEpochAndInTheWarmUp() {
    Periods periods = new Periods(2, 4, 3, 11);

    assertThat(ends(periods, 1)).containsExactly(1, 2, 3, 5, 7, 9, 11);
    assertThat(rounds(periods, 1)).containsExactly(1, 2, 3, 7, 11);
    assertThat(ends(periods, 2)).containsExactly(2, 4, 6, 8, 10, 11);
    assertThat(rounds(periods, 2)).containsExactly(4, 8, 11);
  }

  @Test
  void endsARoundWithEachPeriodWhereLanesFormNoGroups() {
    Periods periods = new Periods(3, 3, 4, 10);

    assertThat(rounds(periods, 1)).isEqualTo(ends(periods, 1));
    assertThat(rounds(periods, 2)).isEqualTo(ends(periods, 2));
  }

  private static List<Integer> rounds(Periods periods, int epoch) {
    return ends(periods, epoch).stream().filter(end -> periods.isRoundAt(epoch, end)).toList();
  }

  private static List<Integer> ends(Periods periods, int epoch) {
    List<Integer> ends = new ArrayList<>();
    for (int first = 0; first < periods.stepsAnEpoch(); first = periods.end(epoch, first)) {
      ends.add(periods.end(epoch, first));
    }
    return ends;
  }
}
