package dev.lockstep.driver.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.Collections;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/** Zip files that are the same, byte for byte, whenever and in whatever time zone they are made. */
final class TimelessZip {
  /** Of all entries; a zip file has local times, from 1980 on. */
  static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private TimelessZip() {}

  /** The entries of a zip file as they are, compressed or not, at {@link #TIME}. */
  static byte[] of(byte[] zip) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(zip.length);
    try (ZipFile in = new ZipFile(new SeekableInMemoryByteChannel(zip));
        ZipArchiveOutputStream out = new ZipArchiveOutputStream(bytes)) {
      for (ZipArchiveEntry entry : Collections.list(in.getEntriesInPhysicalOrder())) {
        entry.setTimeLocal(TIME);
        out.addRawArchiveEntry(entry, in.getRawInputStream(entry));
      }
    }
    return bytes.toByteArray();
  }
}
