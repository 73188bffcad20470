package dev.lockstep.driver.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SparkSessionsIT {
  @ParameterizedTest
  @ValueSource(strings = {"lokal[2]", "local[0]", "local[two]", "spark:/host"})
  void refusesAMasterThatSparkCannotParse(String master) {
    assertThatThrownBy(() -> SparkSessions.open(master, "digits"))
        .isInstanceOfSatisfying(
            LockstepException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessageStartingWith("Cannot use master '" + master + "': ")
        .hasMessageEndingWith("(local[N], local[*], spark://HOST:PORT or yarn)");
  }

  @Test
  void refusesALocalFolderThatCannotBeWritten() {
    SparkConf conf = new SparkConf().set("spark.local.dir", "/dev/null/gone");

    assertThatThrownBy(() -> SparkSessions.open(conf, "local[2]", "digits"))
        .isInstanceOfSatisfying(
            LockstepException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessage(
            "Cannot write to /dev/null/gone, where Spark keeps what does not fit in memory (name"
                + " another folder with 'spark.local.dir' or SPARK_LOCAL_DIRS)");
  }

  @Test
  void leavesNothingInTheWorkingDirectory() {
    try (SparkSession spark = SparkSessions.open("local[2]", "digits")) {
      assertThat(spark.range(10).selectExpr("sum(id)").first().getLong(0)).isEqualTo(45);
    }

    assertThat(Path.of("spark-warehouse")).doesNotExist();
    assertThat(Files.exists(Path.of("metastore_db"))).isFalse();
    assertThat(Files.exists(Path.of("derby.log"))).isFalse();
  }
}
