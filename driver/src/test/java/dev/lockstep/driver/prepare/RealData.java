package dev.lockstep.driver.prepare;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Data sets that tests use: the one that ships with the project, and those beside it. */
final class RealData {
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root"));

  private RealData() {}

  static Path digits() {
    return ROOT.resolve("conf").resolve("digits.csv");
  }

  /** A file beside the project; the test is skipped where the folder is missing. */
  static Path shared(String name) {
    Path data = ROOT.resolve("..").resolve("shared").resolve("data").normalize();
    assumeTrue(Files.isDirectory(data), "skipped: there is no data in ../shared/data");
    return data.resolve(name);
  }
}
