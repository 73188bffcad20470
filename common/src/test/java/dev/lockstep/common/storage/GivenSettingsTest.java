package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a process on another host has to be told of Hadoop. */
@Timeout(30)
class GivenSettingsTest {
  @Test
  void areThoseOfSiteFilesAndPrograms() {
    Configuration configuration = site();
    configuration.set("dfs.replication", "2");

    assertThat(GivenSettings.of(configuration))
        .containsEntry("dfs.nameservices", "deep")
        .containsEntry("dfs.replication", "2")
        .doesNotContainKeys("io.file.buffer.size", "fs.defaultFS");
  }

  @Test
  void keepVariablesForWhoeverReadsThem() {
    assertThat(GivenSettings.of(site())).containsEntry("hadoop.tmp.dir", "/scratch/${user.name}");
  }

  @Test
  void areTheSameInAFileThatTheWholeConfigurationWasWrittenTo() throws IOException {
    Configuration configuration = site();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    configuration.writeXml(file);
    Configuration read = new Configuration(false);
    read.addResource(new ByteArrayInputStream(file.toByteArray()), "__conf__.xml");

    assertThat(read.get("io.file.buffer.size")).isEqualTo("4096");
    assertThat(GivenSettings.of(read)).isEqualTo(GivenSettings.of(configuration));
  }

  @Test
  void ofAnotherHostAreTakenForWhatOwnSiteFilesDoNotSay() {
    Configuration own = site();

    GivenSettings.addMissing(
        Map.of(
            "hadoop.tmp.dir", "/elsewhere", "dfs.replication", "2", "dfs.ha.namenodes.deep", "a"),
        own);

    assertThat(own.getRaw("hadoop.tmp.dir")).isEqualTo("/scratch/${user.name}");
    assertThat(own.get("dfs.replication")).isEqualTo("2");
    assertThat(own.get("dfs.ha.namenodes.deep")).isEqualTo("a");
  }

  private static Configuration site() {
    String xml =
        "<configuration>"
            + "<property><name>dfs.nameservices</name><value>deep</value></property>"
            + "<property><name>hadoop.tmp.dir</name><value>/scratch/${user.name}</value></property>"
            + "</configuration>";
    Configuration configuration = new Configuration();
    configuration.addResource(
        new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), "hdfs-site.xml");
    return configuration;
  }
}
