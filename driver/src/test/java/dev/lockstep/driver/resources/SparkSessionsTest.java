package dev.lockstep.driver.resources;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {
  @AfterEach
  void clearProperties() {
    System.clearProperty("spark.master");
    System.clearProperty("spark.ui.enabled");
    System.clearProperty("spark.hadoop.fs.defaultFS");
  }

  @Test
  void keepsLocalModeOnTheLoopbackAddressAndWithoutAWebPage() {
    SparkConf conf = SparkSessions.configuration(new SparkConf(), "local[2]", "digits");

    assertThat(conf.get("spark.app.name")).isEqualTo("lockstep-digits");
    assertThat(conf.get("spark.driver.host")).isEqualTo("127.0.0.1");
    assertThat(conf.get("spark.driver.bindAddress")).isEqualTo("127.0.0.1");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
  }

  @Test
  void leavesAddressAndWebPageOfAClusterToSpark() {
    SparkConf conf = SparkSessions.configuration(new SparkConf(), "spark://host:7077", "digits");

    assertThat(conf.contains("spark.driver.host")).isFalse();
    assertThat(conf.contains("spark.ui.enabled")).isFalse();
  }

  @Test
  void letsWhatSparkSubmitHasSetWin() {
    System.setProperty("spark.master", "local[3]");
    System.setProperty("spark.ui.enabled", "true");

    SparkConf conf = SparkSessions.configuration(new SparkConf(), "yarn", "digits");

    assertThat(conf.get("spark.master")).isEqualTo("local[3]");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("true");
  }

  @Test
  void givesSparksOwnFileSystemsDeadlinesUnlessSomebodyHasSetOthers() {
    SparkConf given = new SparkConf().set("spark.hadoop.ipc.client.connect.timeout", "7000");

    SparkConf conf = SparkSessions.configuration(given, "local[2]", "digits");

    assertThat(HadoopSettings.in(conf))
        .containsEntry("ipc.client.rpc-timeout.ms", "30000")
        .containsEntry("ipc.client.connect.timeout", "7000");
  }

  @Test
  void findsTheHadoopSettingsThatWereGivenToSpark() {
    System.setProperty("spark.hadoop.fs.defaultFS", "hdfs://name:8020");

    assertThat(HadoopSettings.in(new SparkConf()))
        .containsEntry("fs.defaultFS", "hdfs://name:8020");
  }
}
