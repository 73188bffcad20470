package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How another host opens the same file systems. */
@Timeout(30)
class StorageSettingsTest {
  @Test
  void openTheFileSystemsThatTheSiteFilesOfTheFirstHostName() throws Exception {
    StorageSettings settings =
        new StorageSettings(
            new TreeMap<>(), new TreeMap<>(Map.of("fs.deep.impl", RawDeep.class.getName())));

    Storage storage = sent(settings).open();

    assertThat(storage.qualify("deep:///x")).isEqualTo("deep:/x");
  }

  @Test
  void hideTheirValues() {
    assertThat(StorageSettings.of(Map.of("fs.s3a.secret.key", "open sesame")))
        .hasToString("Hadoop settings [fs.s3a.secret.key] and []");
  }

  /** This host's files under a scheme that Hadoop does not know. */
  public static final class RawDeep extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("deep:///");
    }
  }

  private static StorageSettings sent(StorageSettings settings)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (StorageSettings) in.readObject();
    }
  }
}
