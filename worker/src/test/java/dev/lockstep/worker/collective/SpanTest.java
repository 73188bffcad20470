package dev.lockstep.worker.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class SpanTest {
  private static final Span SPAN = new Span(10, 20);

  @Test
  void containsWhatDoesNotReachBeyondIt() {
    assertThat(SPAN.contains(SPAN)).isTrue();
    assertThat(SPAN.contains(new Span(12, 13))).isTrue();
    assertThat(SPAN.contains(new Span(9, 20))).isFalse();
    assertThat(SPAN.contains(new Span(10, 21))).isFalse();
  }

  @Test
  void isCountedFromTheStartOfTheWhole() {
    assertThat(new Span(12, 15).within(SPAN)).isEqualTo(new Span(2, 5));
    assertThat(new Span(0, 15).within(SPAN)).isEqualTo(new Span(0, 5));
    assertThat(new Span(15, 40).within(SPAN)).isEqualTo(new Span(5, 10));
  }

  @Test
  void hasNothingInCommonWithItsNeighbours() {
    assertThat(List.of(new Span(0, 10), new Span(20, 30), new Span(40, 50)))
        .allSatisfy(other -> assertThat(other.within(SPAN).length()).isZero());
  }

  @Test
  void leavesWhatLiesBetweenTheHoles() {
    assertThat(SPAN.without(List.of())).containsExactly(SPAN);
    assertThat(SPAN.without(List.of(new Span(5, 12), new Span(14, 15), new Span(19, 25))))
        .containsExactly(new Span(12, 14), new Span(15, 19));
    assertThat(SPAN.without(List.of(new Span(0, 40)))).isEmpty();
  }
}
