package dev.lockstep.driver.bench.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.driver.bench.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class FiguresTest {
  @Test
  void busBandwidthIsThatOfNcclTests() {
    assertThat(AllReduceTimes.busGigabytes(250_000_000, 1, 2)).isEqualTo(1);
    assertThat(AllReduceTimes.busGigabytes(250_000_000, 0.5, 4)).isEqualTo(3);
    assertThat(AllReduceTimes.busGigabytes(0, 1, 2)).isZero();
  }

  @Test
  void ratiosAreThoseOfOneRound() {
    AllReduceTimes times = new AllReduceTimes(2);
    times.add(round(0.001, 0.002, 0.004));
    times.add(round(0.100, 0.100, 0.200));
    times.add(round(0.010, 0.040, 0.080));

    Row lockstep = times.rows(List.of(1000)).get(0);

    assertThat(lockstep.figures())
        .containsEntry("what", "lockstep")
        .containsEntry("processes", 2)
        .containsEntry("floats", 1000)
        .containsEntry("ms", 10.0)
        .containsEntry("least ms", 1.0)
        .containsEntry("greatest ms", 100.0)
        .containsEntry("x raw NIO", 2.0)
        .containsEntry("x gloo", 4.0);
  }

  @Test
  void aTableWithoutGlooHasAllColumns() {
    AllReduceTimes times = new AllReduceTimes(2);
    Map<String, Map<Integer, Double>> round = round(1, 2, 3);
    round.remove(AllReduceTimes.GLOO);
    times.add(round);

    assertThat(times.rows(List.of(1000)))
        .extracting(row -> row.figures().get("what"), row -> row.figures().get("x gloo"))
        .containsExactly(
            tuple("lockstep", "-"), tuple("lockstep, sockets", "-"), tuple("raw NIO", "-"));
  }

  @ParameterizedTest
  @CsvSource({"0, 1000", "1000, 1000", "535818, 74", "4000000, 20", "25000000, 20"})
  void shortVectorsAreRepeatedMoreOften(int floats, int repetitions) {
    assertThat(AllReduceBenchmark.repetitions(floats)).isEqualTo(repetitions);
  }

  @Test
  void boundsFollowFromTheRateOfTheLinks() {
    assertThat(NetworkBenchmark.boundSeconds(Contender.LOCKSTEP, 4, 4_000_000, 1))
        .isCloseTo(0.192, within(1e-12));
    assertThat(NetworkBenchmark.boundSeconds(Contender.BFLOAT16, 4, 4_000_000, 1))
        .isCloseTo(0.096, within(1e-12));
    assertThat(NetworkBenchmark.boundSeconds(Contender.ONE_WAY, 4, 4_000_000, 10))
        .isCloseTo(0.0128, within(1e-12));
  }

  @Test
  void theProcessorsAreBusyWhenTheyAreNotIdle() {
    CpuClock start = CpuClock.of("cpu  100 0 100 1000 50 0 0 0 0 0");
    CpuClock end = CpuClock.of("cpu  160 5 110 1015 55 1 2 2 7 7");

    assertThat(end.busySince(start)).isEqualTo(0.8);
    assertThat(end.busySince(end)).isZero();
    assertThat(CpuClock.read().all()).isPositive();
  }

  private static Map<String, Map<Integer, Double>> round(double lockstep, double raw, double gloo) {
    Map<String, Map<Integer, Double>> round = new LinkedHashMap<>();
    round.put("lockstep", Map.of(1000, lockstep));
    round.put("lockstep, sockets", Map.of(1000, lockstep));
    round.put("raw NIO", Map.of(1000, raw));
    round.put(AllReduceTimes.GLOO, Map.of(1000, gloo));
    return round;
  }
}
