package dev.lockstep.driver.resources;

import java.nio.file.Path;

/** The folder for what outlives no command but is no part of a run: one for each user. */
public final class TemporaryFolder {
  private TemporaryFolder() {}

  /** A path below the folder; nothing is made there. */
  public static Path path(String name) {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "lockstep-" + System.getProperty("user.name"), name);
  }
}
