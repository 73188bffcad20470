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

  /** Whether all JVMs share memory, and have a core each. */
  boolean areOfOneHost() {
    return channels.size() < Runtime.getRuntime().availableProcessors()
        && channels.values().stream().allMatch(DataChannel::sharesMemory);
  }
}
