package dev.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every test that the table of bad inputs in {@code driver/README.md} names is there. */
@Timeout(60)
class BadInputTableTest {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

  @Test
  void namesTestsThatExist() throws IOException {
    List<MatchResult> named =
        TEST.matcher(Files.readString(ROOT.resolve("driver/README.md"))).results().toList();
    Map<String, Path> sources = testSources();

    assertThat(named).hasSizeGreaterThan(20);
    assertThat(named.stream().filter(test -> !exists(test, sources)).map(MatchResult::group))
        .isEmpty();
  }

  private static boolean exists(MatchResult test, Map<String, Path> sources) {
    Path source = sources.get(test.group(1));
    try {
      return source != null && Files.readString(source).contains("void " + test.group(2) + "(");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Path> testSources() throws IOException {
    try (Stream<Path> modules = Stream.of("common", "worker", "driver").map(ROOT::resolve)) {
      return modules
          .flatMap(module -> javaFiles(module.resolve("src/test/java")))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  file -> file,
                  (one, other) -> one));
    }
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
