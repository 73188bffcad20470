package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** On which ports the peers wait for connections for vectors, as they have told. */
final class Doors {
  private final CompletableFuture<Integer> failed = new CompletableFuture<>();
  private final Map<Integer, CompletableFuture<Integer>> ports = new ConcurrentHashMap<>();

  /**
   * A peer has told its port.
   *
   * @throws ProtocolException where it is none
   */
  void told(int jvm, String port) {
    try {
      door(jvm).complete(Integer.parseInt(port));
    } catch (NumberFormatException e) {
      throw new ProtocolException("'%s' is no port".formatted(port));
    }
  }

  /** Nobody will tell anything any more. */
  void fail(LockstepException cause) {
    failed.completeExceptionally(cause);
  }

  /** The port of a peer, who may be yet to tell it. */
  int await(int jvm, long nanos) throws IOException {
    try {
      return (Integer) CompletableFuture.anyOf(door(jvm), failed).get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("it does not say where to call it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private CompletableFuture<Integer> door(int jvm) {
    return ports.computeIfAbsent(jvm, unused -> new CompletableFuture<>());
  }
}
