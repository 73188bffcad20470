package dev.lockstep.common.checkpoint;

/** The names of the files that every checkpoint has. */
public final class CheckpointFiles {
  /** The network, as the worker reads it. */
  public static final String CONFIGURATION = "configuration.json";

  /** The flat parameters. */
  public static final String PARAMETERS = "parameters.f32";

  /** The flat state of the updater; empty for one that has none. */
  public static final String UPDATER = "updater.f32";

  /** A {@link CheckpointState}. */
  public static final String STATE = "state.json";

  static final String MANIFEST = "MANIFEST.json";

  private CheckpointFiles() {}
}
