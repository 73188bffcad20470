package dev.lockstep.worker.combine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.LaneRange;
import dev.lockstep.worker.data.Prefetcher.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class LaneVisitsTest {
  private static final LaneRange LANES = new LaneRange(2, 4);

  @Test
  void goesLaneByLaneInEachStep() {
    assertThat(visits(2, 1)).containsExactly("2:20", "3:30", "2:21", "3:31");
  }

  @Test
  void goesStepByStepInEachLaneOfALongerBlock() {
    assertThat(visits(3, 2)).containsExactly("2:20", "2:21", "3:30", "3:31", "2:22", "3:32");
  }

  @Test
  void leavesOutEmptyMicrobatches() {
    List<String> visits = new ArrayList<>();
    new LaneVisits(LANES, 3, 0, step -> step + 2, (lane, step) -> lane == 2 || step > 0 ? 0 : 9)
        .forEachRemaining(request -> visits.add(request.lane() + ":" + request.atMost()));

    assertThat(visits).containsExactly("3:9");
  }

  @Test
  void hasNothingToDoWithoutSteps() {
    assertThat(visits(0, 1)).isEmpty();
  }

  /** Each visit as lane and a number of samples that tells lane and step. */
  private static List<String> visits(int steps, int blockSize) {
    List<String> visits = new ArrayList<>();
    LaneVisits all =
        new LaneVisits(LANES, steps, 0, step -> step + blockSize, (lane, step) -> lane * 10 + step);
    while (all.hasNext()) {
      Request request = all.next();
      visits.add(request.lane() + ":" + request.atMost());
    }
    return visits;
  }
}
