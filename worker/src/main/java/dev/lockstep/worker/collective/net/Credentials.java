package dev.lockstep.worker.collective.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.UUID;

/** What a JVM needs to prove that it belongs to an attempt, and to find out whether others do. */
record Credentials(AttemptName name, AttemptKey key, UUID self, SecureRandom random) {
  static final int NONCE = 32;
  static final int PROOF = 32;
  static final int ID = 2 * Long.BYTES;

  Handshake listenerEnd(Handshake.Outcome outcome) {
    return new Handshake.Listener(this, outcome);
  }

  Handshake callerEnd(UUID listener, Handshake.Outcome outcome) {
    return new Handshake.Caller(this, listener, outcome);
  }

  byte[] nonce() {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    return nonce;
  }

  /**
   * What only somebody who knows the key can say in one conversation.
   *
   * @param role of the one who says it
   */
  byte[] proof(String role, UUID caller, UUID listener, byte[] callerNonce, byte[] listenerNonce) {
    ByteBuffer message = ByteBuffer.allocate(256);
    message.put(role.getBytes(StandardCharsets.US_ASCII));
    message.put(bytes(caller)).put(bytes(listener));
    message.putLong(name.runHash()).putInt(name.attempt());
    message.put(callerNonce).put(listenerNonce);
    return key.authenticate(message.flip());
  }

  static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(ID)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  static UUID id(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new UUID(in.getLong(), in.getLong());
  }
}
