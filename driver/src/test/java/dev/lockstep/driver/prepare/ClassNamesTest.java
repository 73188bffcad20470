package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ClassNamesTest {
  @Test
  void sortsNumbersByValue() {
    assertThat(ClassNames.inOrder(List.of("-1", "1", "10", "2.5")))
        .containsExactly("-1", "1", "2.5", "10");
  }

  @Test
  void sortsByAlphabetWhereOneIsNoNumber() {
    assertThat(ClassNames.inOrder(List.of("1", "10", "2", "none")))
        .containsExactly("1", "10", "2", "none");
  }

  @Test
  void forgetsTextsBeyondTheLimitButKnowsThatItIsPassed() {
    DistinctTexts texts = new DistinctTexts();
    for (int i = 0; i < DistinctTexts.LIMIT; i++) {
      texts.add("t" + i);
    }
    assertThat(texts.exceeded()).isFalse();
    DistinctTexts more = new DistinctTexts();
    more.add("another");
    texts.add(more);
    assertThat(texts.exceeded()).isTrue();
  }
}
