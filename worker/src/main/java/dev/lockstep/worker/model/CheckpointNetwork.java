package dev.lockstep.worker.model;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.checkpoint.StoredCheckpoint;
import dev.lockstep.common.checkpoint.VectorNames;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;
import org.nd4j.linalg.factory.Nd4j;

/** The network that a checkpoint holds. */
public final class CheckpointNetwork {
  private CheckpointNetwork() {}

  /**
   * The network of a checkpoint, in the form that plain DL4J opens.
   *
   * @param steps of an epoch
   */
  public static Network of(StoredCheckpoint checkpoint, int steps) {
    CheckpointState state = checkpoint.state();
    Position position = state.position();
    int epochs = position.epoch() - 1;
    NetworkConfiguration configuration =
        NetworkConfiguration.ofJson(checkpoint.manifest().configuration())
            .withCounters(Math.multiplyExact(epochs, steps) + position.step(), epochs);
    Network network =
        NetworkBuilder.portable(configuration)
            .network(Nd4j.create(checkpoint.floats(VectorNames.PARAMETERS)));
    float[] updaterState = checkpoint.floats(VectorNames.UPDATER);
    if (updaterState.length > 0) {
      network.setUpdaterState(Nd4j.create(updaterState));
    }
    return network;
  }
}
