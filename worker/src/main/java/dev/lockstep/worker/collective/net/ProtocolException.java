package dev.lockstep.worker.collective.net;

/** What a peer sent is not what it must send; the message is the end of a sentence. */
final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProtocolException(String message) {
    super(message);
  }
}
