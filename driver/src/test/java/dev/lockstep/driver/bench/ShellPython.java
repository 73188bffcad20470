package dev.lockstep.driver.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** An interpreter whose every program is the same few lines of shell. */
public final class ShellPython {
  private ShellPython() {}

  /** Writes one. */
  public static Path in(Path folder, String lines) throws IOException {
    Path python = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + lines);
    return Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
  }
}
