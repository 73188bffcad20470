package dev.lockstep.driver.cluster;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A driver that runs on the cluster, followed to its end through the spark-submit that waits. */
public final class SubmittedDriver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SubmittedDriver.class);

  private final Process process;
  private final Master master;
  private final DriverNews news = new DriverNews();

  private SubmittedDriver(Process process, Master master) {
    this.process = process;
    this.master = master;
  }

  /** Starts spark-submit. What it logs goes to the log of this process. */
  public static SubmittedDriver start(SubmitLine line, Master master) {
    ProcessBuilder builder = new ProcessBuilder(line.words()).redirectErrorStream(true);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new SubmittedDriver(process, master);
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.CLUSTER, "Cannot start %s".formatted(line.words().get(0)), e);
    }
  }

  /**
   * Waits until the driver has ended.
   *
   * @param progress is told of its states
   * @throws LockstepException where it did not succeed, of the kind that it ended with if the
   *     cluster knows that, else of kind CLUSTER
   */
  public void await(Progress progress) {
    try (BufferedReader log = process.inputReader()) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        LOG.info("spark-submit: {}", line);
        news.read(line).ifPresent(progress::line);
      }
    } catch (IOException e) {
      LOG.warn("the output of spark-submit ends with an error", e);
    }
    if (!news.succeeded()) {
      throw failure();
    }
  }

  /** Ends the waiting; the driver goes on. */
  @Override
  public void close() {
    process.destroy();
  }

  /** What a person has to know who no longer waits. */
  public String whereItGoesOn() {
    return switch (master.kind()) {
      case YARN -> "%s goes on (end it with yarn application -kill %s)".formatted(id(), news.id());
      case STANDALONE ->
          "%s goes on (end it with $SPARK_HOME/bin/spark-class org.apache.spark.deploy.Client kill %s %s)"
              .formatted(id(), master.url(), news.id());
      case LOCAL, LOCAL_CLUSTER -> throw new IllegalStateException("no driver on " + master.url());
    };
  }

  private String id() {
    return news.id().isEmpty() ? "The driver" : news.id();
  }

  private LockstepException failure() {
    if (news.id().isEmpty()) {
      return new LockstepException(
          FailureKind.CLUSTER,
          "Cannot submit to %s: spark-submit ended without a driver (its messages are in the log)"
              .formatted(master.url()));
    }
    if (news.exitCode().isPresent()) {
      int code = news.exitCode().getAsInt();
      return new LockstepException(
          kindOf(code), "The driver %s ended with exit code %d (%s)".formatted(id(), code, logs()));
    }
    return new LockstepException(
        FailureKind.CLUSTER, "The driver %s ended as %s (%s)".formatted(id(), state(), logs()));
  }

  private String state() {
    return news.state().isEmpty() ? "unknown" : news.state();
  }

  private String logs() {
    return master.kind() == Master.Kind.YARN
        ? "see yarn logs -applicationId " + news.id()
        : "see stderr of the driver on the web page of the master";
  }

  private static FailureKind kindOf(int exitCode) {
    return Arrays.stream(FailureKind.values())
        .filter(kind -> kind.exitCode() == exitCode)
        .findFirst()
        .orElse(FailureKind.CLUSTER);
  }
}
