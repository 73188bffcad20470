package dev.lockstep.common.checkpoint;

/** The names of the vectors of a checkpoint. */
public final class VectorNames {
  /** The flat parameters. */
  public static final String PARAMETERS = "parameters";

  /** The flat state of the updater; empty for one that has none. */
  public static final String UPDATER = "updater";

  /** The velocity of the outer optimizer, one float a parameter, where the job has one. */
  public static final String OUTER_MOMENTUM = "outer-momentum";

  private VectorNames() {}

  /**
   * What a lane has not exchanged of its gradients so far, flat; there only where lanes keep that.
   */
  public static String residual(int lane) {
    return "residual-%d".formatted(lane);
  }
}
