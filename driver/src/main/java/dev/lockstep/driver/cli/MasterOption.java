package dev.lockstep.driver.cli;

import picocli.CommandLine.Option;

/** The option that says where Spark runs. */
final class MasterOption {
  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[*]",
      description = "Spark's master: local[N], spark://HOST:PORT or yarn (default: local[*])")
  private String url;

  String url() {
    return url;
  }
}
