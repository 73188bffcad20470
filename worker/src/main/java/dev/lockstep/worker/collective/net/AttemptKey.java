package dev.lockstep.worker.collective.net;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret that the JVMs of one attempt share: 32 random bytes. It travels in the task that Spark
 * sends, and appears in no text.
 */
public final class AttemptKey implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LENGTH = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] secret;

  private AttemptKey(byte[] secret) {
    this.secret = secret;
  }

  /** A new key. */
  public static AttemptKey random(SecureRandom random) {
    byte[] secret = new byte[LENGTH];
    random.nextBytes(secret);
    return new AttemptKey(secret);
  }

  /** A key from its bytes. */
  public static AttemptKey of(byte[] secret) {
    if (secret.length != LENGTH) {
      throw new IllegalArgumentException(
          "Invalid length of a key: %d bytes (must be %d)".formatted(secret.length, LENGTH));
    }
    return new AttemptKey(secret.clone());
  }

  /** The bytes of the key, for a process that is handed it by other means than Spark. */
  public byte[] bytes() {
    return secret.clone();
  }

  /** HMAC-SHA256 of a message (RFC 2104). */
  byte[] authenticate(ByteBuffer message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      mac.update(message);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot compute " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "AttemptKey[hidden]";
  }
}
