package dev.lockstep.driver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.network.StackNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class NetworkArchiveTest {
  private final MultiLayerNetwork network = Networks.trained(7);

  @Test
  void acceptsWhatDeeplearning4jWrites() {
    byte[] checked =
        NetworkArchive.checked(NetworkArchive.withUpdater(new StackNetwork(network)), "m.zip");

    MultiLayerNetwork opened = ((StackNetwork) NetworkArchive.open(checked, "m.zip")).dl4j();
    assertThat(opened.params()).isEqualTo(network.params());
    assertThat(opened.getLayerWiseConfigurations()).isEqualTo(network.getLayerWiseConfigurations());
  }

  @Test
  void leavesTheUpdaterStateOutOfWhatIsSent() throws IOException {
    byte[] small = NetworkArchive.withoutUpdater(new StackNetwork(network));

    assertThat(entriesOf(small)).doesNotContainKey(NetworkArchive.UPDATER);
    assertThat(NetworkArchive.open(small, "m.zip").output(Networks.FEATURES))
        .isEqualTo(network.output(Networks.FEATURES));
  }

  @Test
  void refusesAHiddenJavaObjectBeforeItIsRead() throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    entries.put("preprocessor.bin", serialised(new Tripwire()));
    byte[] hostile = zip(entries);

    int before = Tripwire.READS.get();
    assertRefused(
        () -> NetworkArchive.checked(hostile, "m.zip"),
        "Cannot open m.zip: entry 'preprocessor.bin' does not belong to a network");
    assertThat(Tripwire.READS).hasValue(before);

    assertThatThrownBy(
            () -> ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(hostile)))
        .as("the object is no preprocessor, which Deeplearning4j sees too late")
        .isInstanceOf(ClassCastException.class);
    assertThat(Tripwire.READS).hasValue(before + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"normalizer.bin", "../configuration.json", "/etc/x", "objects/o", "a/"})
  void refusesEntriesThatNoNetworkConsistsOf(String name) throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    entries.put(name, new byte[0]);
    byte[] hostile = zip(entries);

    assertRefused(
        () -> NetworkArchive.checked(hostile, "m.zip"),
        "Cannot open m.zip: entry '" + name + "' does not belong to a network");
  }

  @Test
  void refusesAnEntryThatOccursTwice() throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    entries.put("configuration.jsoX", "{}".getBytes(StandardCharsets.UTF_8));
    byte[] hostile =
        new String(zip(entries), StandardCharsets.ISO_8859_1)
            .replace("configuration.jsoX", "configuration.json")
            .getBytes(StandardCharsets.ISO_8859_1);

    assertRefused(
        () -> NetworkArchive.checked(hostile, "m.zip"),
        "Cannot open m.zip: entry 'configuration.json' occurs twice");
  }

  @Test
  void refusesAnEntryThatInflatesWithoutEnd() throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    entries.put(NetworkArchive.UPDATER, new byte[200 << 20]);
    byte[] bomb = zip(entries);

    assertThatThrownBy(() -> NetworkArchive.checked(bomb, "m.zip"))
        .hasMessageMatching("Cannot open m.zip: entry 'updaterState.bin' exceeds \\d+ bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"configuration.json", "coefficients.bin"})
  void refusesANetworkThatIsIncomplete(String missing) throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    entries.remove(missing);
    byte[] incomplete = zip(entries);

    assertRefused(
        () -> NetworkArchive.checked(incomplete, "m.zip"),
        "Cannot open m.zip: it has no entry '" + missing + "'");
  }

  @Test
  void refusesForeignClassesInTheConfiguration() throws IOException {
    byte[] layer =
        configurationWith(
            "\"org.deeplearning4j.nn.conf.layers.DenseLayer\"", "\"javax.swing.JEditorPane\"");
    byte[] distribution =
        configurationWith(
            "\"org.deeplearning4j.nn.conf.distribution.NormalDistribution\"", "\"evil.Noise\"");
    byte[] object =
        configurationWith("\"org.deeplearning4j.nn.conf.layers.DenseLayer\"", "{\"x\": 1}");

    assertRefused(
        () -> NetworkArchive.checked(layer, "m.zip"),
        "Cannot open m.zip (configuration.json): it names the class 'javax.swing.JEditorPane', which is"
            + " not Deeplearning4j's");
    assertRefused(
        () -> NetworkArchive.checked(distribution, "m.zip"),
        "Cannot open m.zip (configuration.json): it names the class 'evil.Noise', which is not"
            + " Deeplearning4j's");
    assertRefused(
        () -> NetworkArchive.checked(object, "m.zip"),
        "Cannot open m.zip (configuration.json): it names the class '{', which is not"
            + " Deeplearning4j's");
  }

  @Test
  void refusesWhatDeeplearning4jCarriesOfOthers() throws IOException {
    byte[] shaded =
        configurationWith(
            "\"org.deeplearning4j.nn.conf.layers.DenseLayer\"", "\"org.nd4j.shade.guava.Gadget\"");

    assertRefused(
        () -> NetworkArchive.checked(shaded, "m.zip"),
        "Cannot open m.zip (configuration.json): it names the class 'org.nd4j.shade.guava.Gadget',"
            + " which is not Deeplearning4j's");
  }

  @Test
  void refusesAClassHiddenBehindASecondKey() throws IOException {
    String dense = "\"org.deeplearning4j.nn.conf.layers.DenseLayer\"";
    byte[] twice = configurationWith(dense, dense + ", \"@class\" : " + dense);

    assertThatThrownBy(() -> NetworkArchive.checked(twice, "m.zip"))
        .hasMessageStartingWith(
            "Cannot open m.zip (configuration.json): it is not JSON (Duplicate field '@class')");
  }

  @Test
  void refusesAConfigurationThatIsNoJsonOrNestedTooDeep() throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    entries.put(
        NetworkArchive.CONFIGURATION, "{\"a\": ".repeat(101).getBytes(StandardCharsets.UTF_8));
    byte[] deep = zip(entries);
    entries.put(NetworkArchive.CONFIGURATION, "[".repeat(101).getBytes(StandardCharsets.UTF_8));
    byte[] deepArray = zip(entries);
    entries.put(NetworkArchive.CONFIGURATION, "<xml/>".getBytes(StandardCharsets.UTF_8));
    byte[] xml = zip(entries);

    for (byte[] nested : new byte[][] {deep, deepArray}) {
      assertRefused(
          () -> NetworkArchive.checked(nested, "m.zip"),
          "Cannot open m.zip (configuration.json): it is nested deeper than 100 levels");
    }
    assertThatThrownBy(() -> NetworkArchive.checked(xml, "m.zip"))
        .hasMessageStartingWith("Cannot open m.zip (configuration.json): it is not JSON (");
  }

  @Test
  void refusesParametersThatReachBeyondTheirData() throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    byte[] parameters = entries.get(NetworkArchive.PARAMETERS);
    // Behind the header of the shape: its mode, 8 bytes of length, its type, 8 bytes of rank.
    int mode = ByteBuffer.wrap(parameters).getShort(0);
    int size = 2 + mode + Long.BYTES + 2 + "LONG".length() + Long.BYTES;
    ByteBuffer.wrap(parameters).putLong(size, 1 << 20);
    byte[] hostile = zip(entries);

    assertThatThrownBy(() -> NetworkArchive.checked(hostile, "m.zip"))
        .hasMessageMatching(
            "Cannot open m.zip: entry 'coefficients.bin' is damaged \\(its header tells of \\d+"
                + " elements of FLOAT in \\d+ bytes, its shape of 1048576 elements\\)");
  }

  @Test
  void saysWhenParametersDoNotFitTheConfiguration() throws IOException {
    Map<String, byte[]> entries =
        entriesOf(NetworkArchive.withoutUpdater(new StackNetwork(network)));
    byte[] narrower = configurationWith("\"nout\" : 5", "\"nout\" : 4");
    entries.put(
        NetworkArchive.CONFIGURATION, entriesOf(narrower).get(NetworkArchive.CONFIGURATION));
    byte[] checked = NetworkArchive.checked(zip(entries), "m.zip");

    assertThatThrownBy(() -> NetworkArchive.open(checked, "m.zip"))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageStartingWith("Cannot open m.zip: ");
  }

  private byte[] configurationWith(String part, String replacement) throws IOException {
    Map<String, byte[]> entries = entriesOf(NetworkArchive.withUpdater(new StackNetwork(network)));
    String json = new String(entries.get(NetworkArchive.CONFIGURATION), StandardCharsets.UTF_8);
    assertThat(json).contains(part);
    entries.put(
        NetworkArchive.CONFIGURATION,
        json.replace(part, replacement).getBytes(StandardCharsets.UTF_8));
    return zip(entries);
  }

  private static void assertRefused(ThrowingCallable action, String message) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessage(message);
  }

  private static Map<String, byte[]> entriesOf(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.setLevel(Deflater.BEST_SPEED);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] serialised(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }
}
