package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Spin;
import java.util.Map;

/**
 * The connections of a JVM on which vectors go.
 *
 * @param channels by the number of the peer; none where vectors go as messages do
 * @param terms that hold for every connection of the group
 */
record DataConnections(Map<Integer, DataChannel> channels, Terms terms) {
  static final DataConnections NONE = new DataConnections(Map.of(), new Terms(0, false));

  /**
   * How long a rank waits awake for what comes on them.
   *
   * @param worldSize ranks of all JVMs
   * @param cores of the host
   */
  Spin spin(int worldSize, int cores) {
    return worldSize <= cores && terms.shareMemory() ? Spin.LONG : Spin.NONE;
  }
}
