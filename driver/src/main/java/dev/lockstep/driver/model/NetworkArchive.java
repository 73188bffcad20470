package dev.lockstep.driver.model;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.model.Dl4jClassNames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

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

  /** Configuration, parameters and updater state: what training can go on from. */
  public static byte[] withUpdater(MultiLayerNetwork network) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(network, bytes, true);
    } catch (IOException e) {
      throw new LockstepException(FailureKind.INTERNAL, "Cannot serialise the network", e);
    }
    return bytes.toByteArray();
  }

  /** Configuration and parameters alone: what predictions need, and no more to send. */
  public static byte[] withoutUpdater(MultiLayerNetwork network) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ModelSerializer.writeModel(network, bytes, false);
    } catch (IOException e) {
      throw new LockstepException(FailureKind.INTERNAL, "Cannot serialise the network", e);
    }
    return bytes.toByteArray();
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
  public static MultiLayerNetwork open(byte[] checked, String origin) {
    try {
      return ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(checked), true);
    } catch (IOException | RuntimeException e) {
      throw refused(origin, e.getMessage(), e);
    }
  }

  /** The failure of a file that is not what it should be. */
  static LockstepException refused(String origin, String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.DATA, "Cannot open %s: %s".formatted(origin, reason), cause);
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
