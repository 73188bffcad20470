package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class InterruptionTest {
  private final Interruption interruption = new Interruption();

  @AfterEach
  void close() {
    interruption.close();
  }

  @Test
  void runsEveryActionAtTheFirstRequestAlthoughOneFails() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(2);
    interruption.onRequest(ran::countDown);
    interruption.onRequest(
        () -> {
          throw new IllegalStateException("broken");
        });
    interruption.onRequest(ran::countDown);

    assertThat(interruption.requested()).isFalse();
    assertThat(interruption.request()).isTrue();

    assertThat(interruption.requested()).isTrue();
    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void repeatsItsActionsUntilItIsClosed() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(3);
    interruption.onRequest(ran::countDown);

    interruption.request();

    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void repeatsAnActionThatComesAfterTheRequest() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(3);
    interruption.request();

    interruption.onRequest(ran::countDown);

    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void runsNoActionOnceItIsClosed() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    interruption.onRequest(ran::countDown);
    interruption.close();

    assertThat(interruption.request()).isTrue();

    assertThat(ran.await(300, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void tellsASecondRequestFromTheFirst() {
    interruption.request();

    assertThat(interruption.request()).isFalse();
  }

  @Test
  void runsAnActionAtOnceThatComesAfterTheRequest() {
    CountDownLatch ran = new CountDownLatch(1);
    interruption.request();

    interruption.onRequest(ran::countDown);

    assertThat(ran.getCount()).isZero();
  }

  @Test
  void forgetsAnActionThatIsTakenBack() throws InterruptedException {
    CountDownLatch takenBack = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(2);
    interruption.onRequest(takenBack::countDown).close();
    interruption.onRequest(others::countDown);

    interruption.request();

    assertThat(others.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(takenBack.getCount()).isEqualTo(1);
  }
}
