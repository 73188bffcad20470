package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lines as Spark 3.5.7 logs them. */
class DriverNewsTest {
  private final DriverNews news = new DriverNews();

  @Test
  void followsADriverOfAStandaloneCluster() {
    assertThat(
            told(
                "INFO  o.a.s.d.ClientEndpoint: Driver successfully submitted as driver-20261121112356-0001",
                "INFO  o.a.s.d.ClientEndpoint: State of driver-20261121112356-0001 is RUNNING",
                "INFO  o.a.s.d.ClientEndpoint: State of driver-20261121112356-0001 is RUNNING",
                "INFO  o.a.s.d.ClientEndpoint: State of driver driver-20261121112356-0001 is FAILED, exiting spark-submit JVM."))
        .containsExactly("Submitted driver-20261121112356-0001", "The driver is RUNNING");
    assertThat(news.id()).isEqualTo("driver-20261121112356-0001");
    assertThat(news.state()).isEqualTo("FAILED");
    assertThat(news.succeeded()).isFalse();
    assertThat(news.exitCode()).isEmpty();
  }

  @Test
  void takesAFinishedDriverForASuccess() {
    told(
        "Driver successfully submitted as driver-1-0001",
        "State of driver driver-1-0001 is FINISHED, exiting spark-submit JVM.");

    assertThat(news.succeeded()).isTrue();
  }

  @Test
  void takesTheExitCodeThatYarnKnows() {
    assertThat(
            told(
                "INFO  o.a.s.d.y.Client: Application report for application_1_0003 (state: ACCEPTED)",
                "INFO  o.a.s.d.y.Client: Application report for application_1_0003 (state: RUNNING)",
                "\t final status: UNDEFINED",
                "INFO  o.a.s.d.y.Client: Application report for application_1_0003 (state: FINISHED)",
                "\t diagnostics: User application exited with status 3",
                "\t final status: FAILED"))
        .containsExactly("Submitted application_1_0003", "The driver is RUNNING");
    assertThat(news.state()).isEqualTo("FAILED");
    assertThat(news.exitCode()).hasValue(3);
  }

  @Test
  void takesAnApplicationThatSucceededForASuccess() {
    told("Application report for application_1_0003 (state: FINISHED)", "final status: SUCCEEDED");

    assertThat(news.succeeded()).isTrue();
  }

  @Test
  void knowsNothingWhereNothingWasSubmitted() {
    assertThat(told("Exception in thread \"main\" java.net.ConnectException")).isEmpty();
    assertThat(news.id()).isEmpty();
    assertThat(news.succeeded()).isFalse();
  }

  private List<String> told(String... lines) {
    return List.of(lines).stream().map(news::read).flatMap(Optional::stream).toList();
  }
}
