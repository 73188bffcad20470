package dev.lockstep.worker.collective.net;

/**
 * Where a JVM listens for its peers.
 *
 * @param id random, for telling JVMs apart
 */
public record JvmAddress(String id, String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
