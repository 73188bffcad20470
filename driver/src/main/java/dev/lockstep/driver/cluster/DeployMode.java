package dev.lockstep.driver.cluster;

import java.util.Locale;

/** Where the driver runs. */
public enum DeployMode {
  /** Where the command was given. */
  CLIENT,
  /** On a machine of the cluster. */
  CLUSTER;

  /** The name that Spark knows it by. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
