package dev.lockstep.driver.model;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.model.Dl4jClassNames;
import dev.lockstep.worker.network.GraphNetwork;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;
import dev.lockstep.worker.network.StackNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/**
 * A network as the bytes of a Deeplearning4j model file (below 2 GiB), and back.
 *
 * <p>Deeplearning4j's reader deserialises Java objects from some entries and loads classes that the
 * configuration names, so bytes from a file go through {@link #checked} before anything else.
 */
public final class NetworkArchive {
  static final String CONFIGURATION = "configuration.json";
  static final String PARAMETERS = "coefficients.bin";
  static final String UPDATER = "updaterState.bin";

  private NetworkArchive() {}

  /**
   * Configuration, parameters and updater state: what training can go on from; the same bytes of
   * the same network, whenever they are made.
   */
  public static byte[] withUpdater(Network network) {
    byte[] zip = bytes(network, true);
    TimelessZip.clear(zip);
    return zip;
  }

  /** Configuration and parameters alone: what predictions need, and no more to send. */
  public static byte[] withoutUpdater(Network network) {
    return bytes(network, false);
  }

  /**
   * The entries of a model file, and nothing else, packed anew once each of them is known to be
   * harmless.
   *
   * @param origin where the bytes come from, for messages
   * @throws LockstepException of kind DATA when there is anything but a network in the file
   */
  public static byte[] checked(byte[] zip, String origin) {
    Map<String, byte[]> entries = ZipScan.entries(zip, origin);
    Dl4jClassNames.check(
        new String(entries.get(CONFIGURATION), StandardCharsets.UTF_8),
        (reason, cause) -> refused(origin + " (" + CONFIGURATION + ")", reason, cause));
    entries.forEach(
        (name, content) -> {
          if (!name.equals(CONFIGURATION)) {
            ArrayScan.check(content, name, origin);
          }
        });
    return packed(entries);
  }

  /**
   * The network of checked bytes, with its updater state where they hold one.
   *
   * @throws LockstepException of kind DATA when its parts do not fit together
   */
  public static Network open(byte[] checked, String origin) {
    try {
      InputStream in = new ByteArrayInputStream(checked);
      return switch (NetworkConfiguration.kindOf(configuration(checked))) {
        case STACK -> new StackNetwork(ModelSerializer.restoreMultiLayerNetwork(in, true));
        case GRAPH -> new GraphNetwork(ModelSerializer.restoreComputationGraph(in, true));
        case UNKNOWN ->
            throw refused(
                origin,
                "its %s is neither a MultiLayerConfiguration nor a ComputationGraphConfiguration"
                    .formatted(CONFIGURATION),
                null);
      };
    } catch (LockstepException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw refused(origin, e.getMessage(), e);
    }
  }

  /** The failure of a file that is not what it should be. */
  static LockstepException refused(String origin, String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.DATA, "Cannot open %s: %s".formatted(origin, reason), cause);
  }

  private static byte[] bytes(Network network, boolean updater) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(network.dl4j(), bytes, updater);
    } catch (IOException e) {
      throw new LockstepException(FailureKind.INTERNAL, "Cannot serialise the network", e);
    }
    return bytes.toByteArray();
  }

  private static JsonNode configuration(byte[] checked) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(checked))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals(CONFIGURATION)) {
          return new JsonMapper().readTree(zip.readAllBytes());
        }
      }
    }
    throw new IOException("it has no entry '%s'".formatted(CONFIGURATION));
  }

  private static byte[] packed(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new LockstepException(FailureKind.INTERNAL, "Cannot pack the network", e);
    }
    return bytes.toByteArray();
  }
}
