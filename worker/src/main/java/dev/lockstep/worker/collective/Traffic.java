package dev.lockstep.worker.collective;

/**
 * What the exchange of vectors has brought onto the network; what went through memory that JVMs of
 * one host share is no part of it.
 *
 * @param sent bytes
 * @param saved bytes that would have been sent too if every float had been sent as it is
 */
public record Traffic(long sent, long saved) {
  public static final Traffic NONE = new Traffic(0, 0);

  /** What has come since then. */
  public Traffic since(Traffic before) {
    return new Traffic(sent - before.sent, saved - before.saved);
  }
}
