package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final Storage LOCAL = new Storage(Map.of());
  private static final Storage HDFS = new Storage(Map.of("fs.defaultFS", "hdfs://127.0.0.1:8020"));

  @Test
  void refusesDataRelativeToAFolderOfThisHostWhereTheDriverIsElsewhere() {
    Places places = new Places(LOCAL).add(data("data.train=x/a.csv"));

    assertThatThrownBy(places::refuseRelative)
        .hasMessage(
            "'data.train' is \"x/a.csv\", a path relative to a folder of this host, but the driver"
                + " runs on the cluster (say where it lies for all hosts: --set data.train=file:%s)",
            Path.of("x/a.csv").toAbsolutePath());
  }

  @Test
  void takesAbsolutePathsAndThoseOfADistributedFileSystem() {
    assertThatCode(() -> new Places(LOCAL).add(data("data.train=/x/a.csv")).refuseRelative())
        .doesNotThrowAnyException();
    assertThatCode(() -> new Places(HDFS).add(data("data.train=x/a.csv")).refuseRelative())
        .doesNotThrowAnyException();
  }

  @Test
  void warnsOfLocalFiles() {
    assertThat(new Places(HDFS).add(data("data.train=file:/x/a.csv")).add("--run", "r").warning())
        .contains(
            "Every host of the cluster has to see the same local files: data.train (file:/x/a.csv)");
    assertThat(new Places(HDFS).add(data("data.train=x/a.csv")).add("--run", "r").warning())
        .isEmpty();
  }

  private static DataConfig data(String override) {
    String file = Path.of(System.getProperty("lockstep.root"), "conf", "digits.yaml").toString();
    return JobFile.read(LOCAL, file, List.of(override)).data();
  }
}
