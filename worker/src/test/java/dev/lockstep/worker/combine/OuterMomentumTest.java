package dev.lockstep.worker.combine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Span;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Figures that floats hold exactly, worked out by hand. */
@Timeout(value = 10, unit = TimeUnit.SECONDS)
class OuterMomentumTest {
  @Test
  void makesPartOfTheLastChangeAgain() {
    FloatVector velocity = FloatVector.allocate(2);
    OuterMomentum outer = new OuterMomentum(0.5, velocity, List.of(new Span(0, 2)));

    assertThat(step(outer, of(8, -1), of(4, 1))).isEqualTo(of(4, 1));
    assertThat(velocity.floats()).isEqualTo(of(4, -2));

    assertThat(step(outer, of(4, 1), of(3, 2))).isEqualTo(of(1, 3));
    assertThat(velocity.floats()).isEqualTo(of(3, -2));
  }

  @Test
  void leavesTheMeanOfRunningStatistics() {
    FloatVector velocity = FloatVector.allocate(4);
    OuterMomentum outer = new OuterMomentum(0.5, velocity, List.of(new Span(0, 1), new Span(3, 4)));
    velocity.floats().put(0, new float[] {2, 0, 0, 2});

    assertThat(step(outer, of(1, 1, 1, 1), of(1, 0.25f, 0.5f, 2))).isEqualTo(of(0, 0.25f, 0.5f, 1));
    assertThat(velocity.floats()).isEqualTo(of(1, 0, 0, 0));
  }

  @Test
  void movesVectorsOfMoreThanAChunk() {
    int length = 10_001;
    FloatVector velocity = FloatVector.allocate(length);
    OuterMomentum outer = new OuterMomentum(0.25, velocity, List.of(new Span(0, length)));
    FloatBuffer from = FloatBuffer.allocate(length);
    FloatBuffer live = FloatBuffer.allocate(length);
    for (int i = 0; i < length; i++) {
      velocity.floats().put(i, 4 * i);
      live.put(i, i);
    }

    outer.step(from, live);

    for (int i = 0; i < length; i++) {
      assertThat(velocity.floats().get(i)).isZero();
      assertThat(live.get(i)).isZero();
    }
  }

  private static FloatBuffer step(OuterMomentum outer, FloatBuffer from, FloatBuffer mean) {
    outer.step(from, mean);
    return mean;
  }

  private static FloatBuffer of(float... values) {
    return FloatBuffer.wrap(values);
  }
}
