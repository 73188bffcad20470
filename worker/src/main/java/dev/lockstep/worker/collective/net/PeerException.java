package dev.lockstep.worker.collective.net;

/** What went wrong with which peer. */
final class PeerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int jvm;

  PeerException(int jvm, Exception cause) {
    super(cause.getMessage(), cause);
    this.jvm = jvm;
  }

  int jvm() {
    return jvm;
  }
}
