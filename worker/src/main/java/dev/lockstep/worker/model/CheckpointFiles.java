package dev.lockstep.worker.model;

import dev.lockstep.common.checkpoint.CheckpointReader;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;
import org.nd4j.linalg.factory.Nd4j;

/** The files of a checkpoint that hold a network, and the network that they hold. */
public final class CheckpointFiles {
  /** The configuration of the network as JSON. */
  public static final String CONFIGURATION = "configuration.json";

  /** The flat parameters. */
  public static final String PARAMETERS = "parameters.f32";

  /** The flat state of the optimizer. */
  public static final String UPDATER = "updater.f32";

  private CheckpointFiles() {}

  /**
   * The network of a checkpoint, in the form that plain DL4J opens.
   *
   * @param steps of an epoch
   */
  public static Network network(CheckpointReader checkpoint, int steps) {
    CheckpointState state = checkpoint.state();
    Position position = state.position();
    int epochs = position.epoch() - 1;
    NetworkConfiguration configuration =
        NetworkConfiguration.ofJson(checkpoint.text(CONFIGURATION))
            .withCounters(Math.multiplyExact(epochs, steps) + position.step(), epochs);
    Network network =
        NetworkBuilder.portable(configuration)
            .network(Nd4j.create(checkpoint.floats(PARAMETERS)));
    float[] updaterState = checkpoint.floats(UPDATER);
    if (updaterState.length > 0) {
      network.setUpdaterState(Nd4j.create(updaterState));
    }
    return network;
  }
}
