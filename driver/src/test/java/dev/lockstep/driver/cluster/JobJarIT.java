package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the jar for spark-submit holds, and what every Spark distribution has already. */
@Timeout(60)
class JobJarIT {
  private static JarFile jar;
  private static List<String> names;

  @BeforeAll
  static void open() throws IOException {
    Path file =
        Path.of(System.getProperty("lockstep.root"), "driver", "target", "lockstep-job.jar");
    jar = new JarFile(file.toFile());
    names = jar.stream().map(ZipEntry::getName).toList();
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/apache/spark/",
        "org/apache/hadoop/",
        "org/apache/arrow/",
        "org/apache/logging/",
        "org/slf4j/",
        "scala/",
        "io/netty/",
        "com/fasterxml/jackson/core/",
        "com/fasterxml/jackson/databind/"
      })
  void holdsNoSecondCopyOfWhatSparkProvides(String folder) {
    assertThat(names).noneMatch(name -> name.startsWith(folder) && name.endsWith(".class"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev/lockstep/common/config/JobConfig.class",
        "dev/lockstep/worker/spark/RankTask.class",
        "dev/lockstep/driver/cli/LockstepCommand.class",
        "org/deeplearning4j/nn/multilayer/MultiLayerNetwork.class",
        "org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64-onednn/libnd4jcpu.so",
        "org/bytedeco/openblas/linux-x86_64/libopenblas.so.0",
        "picocli/CommandLine.class"
      })
  void holdsTheProgramAndItsEngine(String name) {
    assertThat(names).contains(name);
  }

  @Test
  void holdsTheServicesByWhichTheNetworkLibraryFindsItsBackend() throws IOException {
    assertThat(text("META-INF/services/org.nd4j.linalg.factory.Nd4jBackend"))
        .contains("org.nd4j.linalg.cpu.nativecpu.CpuBackend");
    assertThat(text("META-INF/services/org.nd4j.linalg.compression.NDArrayCompressor"))
        .contains("org.nd4j.linalg.");
  }

  @Test
  void holdsNativesOfOnePlatformOnly() {
    assertThat(names)
        .noneMatch(name -> name.endsWith(".dll") || name.endsWith(".dylib"))
        .filteredOn(name -> name.matches(".*\\.so(\\.\\d+)*"))
        .isNotEmpty()
        .allMatch(name -> name.matches(".*/linux-x86_64(-onednn)?/.*"))
        .filteredOn(name -> name.endsWith("/libnd4jcpu.so"))
        .hasSize(1);
  }

  @Test
  void holdsNoSignatureThatMergingHasBroken() {
    assertThat(names).noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)"));
  }

  private static String text(String name) throws IOException {
    return new String(
        jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }
}
