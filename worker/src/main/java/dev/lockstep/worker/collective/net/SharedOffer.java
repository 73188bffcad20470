package dev.lockstep.worker.collective.net;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;

/** What a JVM has to know to find the file of another, and to find out that it is that file. */
final class SharedOffer {
  static final int TOKEN = 32;
  static final int BYTES = Credentials.ID + TOKEN;

  /** The offer of a JVM that shares nothing. */
  static final SharedOffer NONE = new SharedOffer(new UUID(0, 0), new byte[TOKEN]);

  private final UUID name;
  private final byte[] token;

  private SharedOffer(UUID name, byte[] token) {
    this.name = name;
    this.token = token;
  }

  /** The offer of a file that is yet to be made. */
  static SharedOffer random(SecureRandom random) {
    byte[] token = new byte[TOKEN];
    random.nextBytes(token);
    return new SharedOffer(UUID.randomUUID(), token);
  }

  /** The offer in {@link #BYTES} bytes. */
  static SharedOffer of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    UUID name = new UUID(in.getLong(), in.getLong());
    byte[] token = new byte[TOKEN];
    in.get(token);
    return new SharedOffer(name, token);
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES).put(Credentials.bytes(name)).put(token).array();
  }

  boolean isNone() {
    return name.equals(NONE.name);
  }

  /** Random bytes, with which the file begins. */
  byte[] token() {
    return token.clone();
  }

  /** Where the file is. */
  Path in(Path folder) {
    return folder.resolve("lockstep-" + name);
  }
}
