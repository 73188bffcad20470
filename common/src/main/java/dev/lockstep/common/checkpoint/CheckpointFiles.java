package dev.lockstep.common.checkpoint;

/** The names of the files of a checkpoint. */
public final class CheckpointFiles {
  /** The network, as the worker reads it. */
  public static final String CONFIGURATION = "configuration.json";

  /** The flat parameters. */
  public static final String PARAMETERS = "parameters.f32";

  /** The flat state of the updater; empty for one that has none. */
  public static final String UPDATER = "updater.f32";

  /** The velocity of the outer optimizer, one float a parameter, where the job has one. */
  public static final String OUTER_MOMENTUM = "outer-momentum.f32";

  /** A {@link CheckpointState}. */
  public static final String STATE = "state.json";

  /**
   * What a lane has not exchanged of its gradients so far, flat; there only where lanes keep that.
   */
  public static String residual(int lane) {
    return "residual-%d.f32".formatted(lane);
  }

  static final String MANIFEST = "MANIFEST.json";

  private CheckpointFiles() {}
}
