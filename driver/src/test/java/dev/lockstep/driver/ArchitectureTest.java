package dev.lockstep.driver;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of direction between modules, packages and libraries. */
@Timeout(120)
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.lockstep");

  @ParameterizedTest
  @ValueSource(strings = {"common", "worker", "driver"})
  void findsTheClassesOfEveryModule(String module) {
    assertThat(CLASSES.that(resideInAnyPackage("dev.lockstep." + module + "..")))
        .hasSizeGreaterThan(10);
  }

  @Test
  void modulesDependInOneDirection() {
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.common..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.lockstep.worker..", "dev.lockstep.driver..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.lockstep.worker..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.lockstep.driver..")
        .check(CLASSES);
  }

  /** Library by library, the only packages that may know it. */
  static Stream<Arguments> librariesAndTheirPackages() {
    return Stream.of(
        library("org.apache.spark..", "dev.lockstep.worker.spark..", "dev.lockstep.driver.."),
        library("scala..", "dev.lockstep.worker.spark..", "dev.lockstep.driver.."),
        library("org.apache.hadoop..", "dev.lockstep.common.storage..", "dev.lockstep.driver.."),
        library(
            "org.apache.arrow..", "dev.lockstep.worker.data..", "dev.lockstep.driver.prepare.."),
        library("dev.failsafe..", "dev.lockstep.common.storage.."),
        library("io.netty..", "dev.lockstep.worker.collective.net.."),
        library("org.bouncycastle..", "dev.lockstep.driver.training.."),
        library("picocli..", "dev.lockstep.driver.cli.."),
        library("org.yaml..", "dev.lockstep.common.config.."));
  }

  @ParameterizedTest
  @MethodSource("librariesAndTheirPackages")
  void aLibraryIsKnownInItsPackagesOnly(String library, String[] packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  @Test
  void theNetworkLibraryStaysOutOfDataAndExchange() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.lockstep.common..",
            "dev.lockstep.worker.collective..",
            "dev.lockstep.worker.data..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLinePrintsOrExits() {
    noClasses()
        .that(liveOutside("dev.lockstep.driver.cli..", "dev.lockstep.driver.bench.process.."))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"common", "worker", "driver"})
  void packagesOfAModuleFormNoCycle(String module) {
    slices().matching("dev.lockstep." + module + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"common", "worker", "driver"})
  void everyPackageSaysWhatBelongsInIt(String module) throws IOException {
    Path sources = Path.of(System.getProperty("lockstep.root"), module, "src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      List<Path> folders =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .distinct()
              .toList();

      assertThat(folders)
          .isNotEmpty()
          .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).exists());
    }
  }

  private static DescribedPredicate<JavaClass> liveOutside(String... packages) {
    return DescribedPredicate.not(resideInAnyPackage(packages));
  }

  private static Arguments library(String library, String... packages) {
    return Arguments.of(library, packages);
  }
}
