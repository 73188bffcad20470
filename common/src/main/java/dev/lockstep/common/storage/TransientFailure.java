package dev.lockstep.common.storage;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.ipc.RemoteException;

/**
 * Tells failures that pass by themselves (a node that restarts, a cluster in safe mode) from those
 * that do not (no permission, no space, no such file), which is also what an unknown one counts as.
 */
public final class TransientFailure {
  private static final List<Class<? extends Exception>> NETWORK =
      List.of(
          ConnectException.class,
          NoRouteToHostException.class,
          SocketException.class,
          SocketTimeoutException.class,
          ClosedChannelException.class,
          EOFException.class);

  /** Simple names, since a NameNode's exceptions come wrapped under their names. */
  private static final Set<String> PASSING =
      Set.of(
          "SafeModeException",
          "StandbyException",
          "RetriableException",
          "ObserverRetryOnActiveException",
          "NotReplicatedYetException",
          "ReplicaNotFoundException",
          "BlockMissingException",
          "AlreadyBeingCreatedException",
          "RecoveryInProgressException",
          "NoMlockSpaceException",
          "ServerTooBusyException");

  private static final Set<String> STAYING =
      Set.of(
          "AccessControlException",
          "AccessDeniedException",
          "FileNotFoundException",
          "NoSuchFileException",
          "QuotaExceededException",
          "DSQuotaExceededException",
          "NSQuotaExceededException",
          "QuotaByStorageTypeExceededException",
          "FileAlreadyExistsException",
          "ParentNotDirectoryException",
          "LeaseExpiredException",
          "ClosedByInterruptException",
          "InterruptedIOException",
          "ChecksumException");

  /** Parts of the messages of plain exceptions of the HDFS client. */
  private static final List<String> PASSING_MESSAGES =
      List.of(
          "could only be written to 0 of",
          "could only be replicated to 0 nodes",
          "All datanodes",
          "Could not obtain block",
          "Could not get block locations",
          "Unable to close file because the last block",
          "Unable to create new block",
          "Failed to replace a bad datanode",
          "Name node is in safe mode",
          "Connection reset",
          "Broken pipe",
          "Connection refused",
          "Bad connect ack");

  private TransientFailure() {}

  /** Whether it is worth trying again: decided by the first cause that is known. */
  public static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (names(cause).anyMatch(STAYING::contains)) {
        return false;
      }
      if (passes(cause)) {
        return true;
      }
    }
    return false;
  }

  private static boolean passes(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return NETWORK.stream().anyMatch(type -> type.isInstance(cause))
        || names(cause).anyMatch(PASSING::contains)
        || PASSING_MESSAGES.stream().anyMatch(message::contains);
  }

  private static Stream<String> names(Throwable cause) {
    String name = cause.getClass().getSimpleName();
    if (cause instanceof RemoteException remote) {
      String wrapped = remote.getClassName();
      return Stream.of(name, wrapped.substring(wrapped.lastIndexOf('.') + 1));
    }
    return Stream.of(name);
  }
}
