package dev.lockstep.common.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.protocol.NSQuotaExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.ipc.RetriableException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.net.ConnectTimeoutException;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is waited for, and for how long. */
@Timeout(30)
class PatienceTest {
  private static final String NAMENODE = "org.apache.hadoop.hdfs.server.namenode.";

  private final List<String> events = new ArrayList<>();
  private int tries;

  static Stream<IOException> passing() {
    return Stream.of(
        new ConnectException("Connection refused"),
        new ConnectTimeoutException("20000 millis timeout"),
        new SocketTimeoutException("60000 millis timeout"),
        new EOFException("End of File Exception between local host and destination host"),
        new ClosedChannelException(),
        new RemoteException(NAMENODE + "SafeModeException", "Name node is in safe mode"),
        new RemoteException(
            "org.apache.hadoop.ipc.RetriableException", "Name node is in safe mode"),
        new StandbyException("standby"),
        new RetriableException("retry"),
        new RemoteException(
            "java.io.IOException",
            "File /x could only be written to 0 of the 1 minReplication nodes"),
        new IOException("All datanodes [DatanodeInfo[x]] are bad. Aborting..."),
        new BlockMissingException("/x", "Could not obtain block", 0),
        new IOException("Call failed", new ConnectException("Connection refused")));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void triesAgainWhatPasses(IOException failure) {
    assertThat(patience(1000).call("read", () -> failingTwice(failure))).isEqualTo("done");

    assertThat(tries).isEqualTo(3);
    assertThat(events).hasSize(2).allMatch(event -> event.contains(", to read: Cannot read /x: "));
  }

  static Stream<IOException> lasting() {
    return Stream.of(
        new AccessControlException("Permission denied"),
        new RemoteException(
            "org.apache.hadoop.security.AccessControlException", "Permission denied"),
        new AccessDeniedException("/x"),
        new FileNotFoundException("/x"),
        new DSQuotaExceededException(1, 2),
        new NSQuotaExceededException(1, 2),
        new IOException("No space left on device"),
        new ClosedByInterruptException(),
        new FileNotFoundException("/x after Connection refused"),
        new IOException("never heard of"));
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void failsAtOnceWithWhatLasts(IOException failure) {
    assertThatThrownBy(() -> patience(1000).call("read", () -> failingTwice(failure)))
        .hasMessageStartingWith("Cannot read /x: ")
        .hasCause(failure);

    assertThat(tries).isEqualTo(1);
    assertThat(events).isEmpty();
  }

  @Test
  void givesUpWhenTheBudgetIsSpent() {
    ConnectException refused = new ConnectException("refused");

    assertThatThrownBy(
            () ->
                patience(20)
                    .run(
                        "commit",
                        () -> {
                          tries++;
                          throw Refusal.of("read", "/x", refused);
                        }))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
        .hasMessage("Failed to commit after %d tries: Cannot read /x: refused", tries);
    assertThat(tries).isGreaterThan(1);
  }

  @Test
  void triesOnceWithABudgetThatIsShorterThanAPause() {
    ConnectException refused = new ConnectException("refused");

    assertThatThrownBy(() -> patience(0).call("read", () -> failingTwice(refused)))
        .hasMessage("Cannot read /x: refused");
    assertThat(tries).isEqualTo(1);
  }

  @Test
  void endsWhereItsThreadIsInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(
            () -> patience(1000).call("read", () -> failingTwice(new ConnectException("refused"))))
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERRUPTED))
        .hasMessage("Failed to read: interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void knowsALostFileFromOneThatIsForbidden() {
    assertThat(LostFile.is(Refusal.of("read", "/x", new FileNotFoundException("/x")))).isTrue();
    assertThat(LostFile.is(new FileNotFoundException("/x (Permission denied)"))).isFalse();
    assertThat(LostFile.is(new FileNotFoundException("/x (Too many open files)"))).isFalse();
    assertThat(LostFile.is(new ChecksumException("/x", 5))).isTrue();
    assertThat(LostFile.is(new IOException("x"))).isFalse();
  }

  private String failingTwice(IOException failure) {
    if (++tries <= 2) {
      throw Refusal.of("read", "/x", failure);
    }
    return "done";
  }

  private Patience patience(long milliseconds) {
    return new Patience(
        Duration.ofMillis(milliseconds), Duration.ofMillis(1), Duration.ofMillis(2), events::add);
  }
}
