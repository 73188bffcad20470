package dev.lockstep.driver.model;

import static dev.lockstep.driver.model.NetworkArchive.CONFIGURATION;
import static dev.lockstep.driver.model.NetworkArchive.PARAMETERS;
import static dev.lockstep.driver.model.NetworkArchive.UPDATER;
import static dev.lockstep.driver.model.NetworkArchive.refused;

import dev.lockstep.driver.model.ZipDirectory.Listed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Takes the entries of a model file out, each once, only those that a network consists of, and no
 * more bytes than a network's file of that length can hold.
 */
final class ZipScan {
  private static final Set<String> ALLOWED = Set.of(CONFIGURATION, PARAMETERS, UPDATER);
  private static final int MAX_CONFIGURATION = 16 << 20;

  /** Trained floats hardly compress; all entries together may still be a hundred times the file. */
  private static final long MAX_RATIO = 100;

  private static final long ALWAYS_ALLOWED = 64L << 20;

  private ZipScan() {}

  static Map<String, byte[]> entries(byte[] zip, String origin) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    long budget = ALWAYS_ALLOWED + MAX_RATIO * zip.length;
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] content = content(in, entry.getName(), budget, entries, origin);
        budget -= content.length;
        entries.put(entry.getName(), content);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw refused(origin, "not a readable zip file (" + e.getMessage() + ")", e);
    }
    for (String required : new String[] {CONFIGURATION, PARAMETERS}) {
      if (!entries.containsKey(required)) {
        throw refused(origin, "it has no entry '" + required + "'", null);
      }
    }
    requireDirectory(zip, entries.keySet(), origin);
    return entries;
  }

  /** Entries can be read one after another without the directory at the end, but not by all. */
  private static void requireDirectory(byte[] zip, Set<String> names, String origin) {
    List<String> listed;
    try {
      listed = ZipDirectory.read(zip, names.size()).stream().map(Listed::name).toList();
    } catch (IllegalArgumentException e) {
      throw refused(
          origin, "not a readable zip file (its directory: %s)".formatted(e.getMessage()), e);
    }
    if (listed.size() != names.size() || !names.equals(Set.copyOf(listed))) {
      throw refused(
          origin, "its directory lists %s but its entries are %s".formatted(listed, names), null);
    }
  }

  private static byte[] content(
      ZipInputStream in, String name, long budget, Map<String, byte[]> seen, String origin)
      throws IOException {
    if (!ALLOWED.contains(name)) {
      throw refused(origin, "entry '" + name + "' does not belong to a network", null);
    }
    if (seen.containsKey(name)) {
      throw refused(origin, "entry '" + name + "' occurs twice", null);
    }
    long limit =
        Math.min(name.equals(CONFIGURATION) ? MAX_CONFIGURATION : Integer.MAX_VALUE - 16L, budget);
    byte[] content = in.readNBytes((int) limit + 1);
    if (content.length > limit) {
      throw refused(origin, "entry '%s' exceeds %d bytes".formatted(name, limit), null);
    }
    return content;
  }
}
