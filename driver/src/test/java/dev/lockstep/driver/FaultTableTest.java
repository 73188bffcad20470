package dev.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every fault has a row with a test in the table of faults in {@code driver/README.md}; {@link
 * BadInputTableTest} sees to it that the tests are there.
 */
@Timeout(60)
class FaultTableTest {
  private static final Path README =
      Path.of(System.getProperty("lockstep.root")).resolve("driver/README.md");

  /** Formats of input, GPUs and Airflow. */
  private static final Set<Integer> ELSEWHERE = Set.of(30, 31, 37, 41, 46);

  @Test
  void namesATestForEveryFault() throws IOException {
    List<String> rows =
        Files.readAllLines(README).stream().filter(line -> line.startsWith("| F")).toList();

    assertThat(IntStream.rangeClosed(1, 46).filter(i -> !ELSEWHERE.contains(i)).boxed())
        .allSatisfy(i -> assertThat(rows).anyMatch(row -> isOf(i, row)));
  }

  private static boolean isOf(int fault, String row) {
    String name = String.format(Locale.ROOT, "F%02d", fault);
    return Pattern.matches("\\| (F\\d\\d, )*" + name + "[ ,].*`\\w+(Test|IT)\\.\\w+`.*", row);
  }
}
