package dev.lockstep.worker.spark;

import dev.lockstep.worker.collective.net.TlsIdentity;
import java.io.Serializable;
import java.util.Optional;

/** How vectors travel between executors. */
public sealed interface Wire extends Serializable {

  /** The identity that encrypts, where vectors are encrypted. */
  Optional<TlsIdentity> tls();

  /** Between peers who have proved that they know the attempt's key, but readable on the way. */
  record Authenticated() implements Wire {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<TlsIdentity> tls() {
      return Optional.empty();
    }
  }

  /** Encrypted too. */
  record Encrypted(TlsIdentity identity) implements Wire {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<TlsIdentity> tls() {
      return Optional.of(identity);
    }
  }
}
