package dev.lockstep.worker.collective.net;

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
   * Whether a rank may wait awake for what comes on them: all ranks are on this host, and none of
   * them lacks the core.
   *
   * @param ranks of all JVMs
   * @param cores of the host
   */
  boolean mayBeWatched(int ranks, int cores) {
    return ranks <= cores && shareMemory();
  }
}
