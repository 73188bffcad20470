package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.LockstepException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The connections in which threads of ranks wait: closing one ends the wait. They belong to the
 * mesh's event loop.
 */
final class Waited {
  private final Set<Closeable> connections = Collections.newSetFromMap(new IdentityHashMap<>());

  void add(Closeable connection) {
    connections.add(connection);
  }

  void remove(Closeable connection) {
    connections.remove(connection);
  }

  /** Ends every wait, since nothing is to be waited for any more. */
  void closeAll(LockstepException cause) {
    for (Closeable connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
    connections.clear();
  }
}
