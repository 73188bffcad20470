package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.StallPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * How a JVM connects with its peers.
 *
 * @param host address that the listener is bound to and that peers connect to
 * @param connectTimeout within which all peers must be connected
 * @param stalls what becomes of ranks that do not come
 * @param tls encrypts the connections, where given
 * @param tuning sizes that decide about speed only
 */
public record NetSettings(
    String host,
    Duration connectTimeout,
    StallPolicy stalls,
    Optional<TlsIdentity> tls,
    Tuning tuning) {

  /**
   * Sizes that decide about speed only.
   *
   * @param socketBuffer bytes of the kernel's buffers; 0 leaves them to the kernel, where the
   *     rank's own thread need not know them
   * @param segment floats of an encrypted frame at most
   * @param small bytes up to which a vector takes the shortest way: all to all, in one hop
   * @param shared memory for vectors that stay on a host and need no encryption; empty where all go
   *     through sockets
   */
  public record Tuning(int socketBuffer, int segment, int small, Optional<SharedMemory> shared) {
    /** Shared memory where there is any. */
    public static final Tuning DEFAULT =
        new Tuning(0, 1 << 16, 1 << 15, Optional.of(SharedMemory.DEFAULT));

    /** The same over sockets alone. */
    public static final Tuning SOCKETS = DEFAULT.sharing(Optional.empty());

    private static final int SEND_BUFFER = 1 << 18;

    /** The two payloads of a round may both be too short for shared memory. */
    public Tuning {
      int buffer = socketBuffer == 0 ? SEND_BUFFER : socketBuffer;
      int longest = shared.map(memory -> memory.least() - 1).orElse(0);
      if (2L * longest > buffer) {
        throw new IllegalArgumentException(
            "Invalid sizes: two payloads of %d bytes in a socket buffer of %d bytes"
                .formatted(longest, buffer));
      }
    }

    /** The same with other shared memory, or none. */
    public Tuning sharing(Optional<SharedMemory> memory) {
      return new Tuning(socketBuffer, segment, small, memory);
    }

    /** Bytes that a connection for vectors takes although nobody reads. */
    int sendBuffer() {
      return socketBuffer == 0 ? SEND_BUFFER : socketBuffer;
    }
  }
}
