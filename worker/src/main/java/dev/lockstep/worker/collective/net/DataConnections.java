package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Spin;
import java.util.Map;

/**
 * The connections of a JVM on which vectors go.
 *
 * @param channels by the number of the peer; none where vectors go as messages do
 * @param room bytes that every connection of the group takes although nobody reads
 */
record DataConnections(Map<Integer, DataChannel> channels, int room) {
  static final DataConnections NONE = new DataConnections(Map.of(), 0);

  /** Whether all these peers share memory with this JVM. */
  boolean shareMemory() {
    return channels.values().stream().allMatch(DataChannel::sharesMemory);
  }

  /**
   * How long a rank waits awake for what comes on them.
   *
   * @param worldSize ranks of all JVMs
   * @param cores of the host
   */
  Spin spin(int worldSize, int cores) {
    return worldSize <= cores && shareMemory() ? Spin.LONG : Spin.NONE;
  }
}
