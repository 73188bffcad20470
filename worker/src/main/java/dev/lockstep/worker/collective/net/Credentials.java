package dev.lockstep.worker.collective.net;

import java.security.SecureRandom;
import java.util.UUID;

/** What a JVM needs to prove that it belongs to an attempt, and to find out whether others do. */
record Credentials(AttemptName name, AttemptKey key, UUID self, SecureRandom random) {
  Handshake listenerEnd(Handshake.Outcome outcome) {
    return new Handshake.Listener(key, name, random, self, outcome);
  }

  Handshake callerEnd(UUID listener, Handshake.Outcome outcome) {
    return new Handshake.Caller(key, name, random, self, listener, outcome);
  }
}
